// Says under each text how many characters stand in it, as the server counts them.
(function () {
  "use strict";
  document.querySelectorAll("textarea[data-limit]").forEach(function (field) {
    var line = document.createElement("div");
    line.className = "hint num";
    field.parentNode.insertBefore(line, field.nextSibling);
    function count() {
      var length = field.value.length;
      var over = length > Number(field.dataset.limit);
      line.textContent = length + " 字" + (over ? "，超过 " + field.dataset.limit + " 字的上限，请精简" : "");
      line.className = over ? "error num" : "hint num";
    }
    field.addEventListener("input", count);
    count();
  });
})();
