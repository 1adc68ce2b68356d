// Files can be dropped on the marked zone; what was chosen is listed. Without this file one chooses.
(function () {
  "use strict";
  document.querySelectorAll("form[data-drop]").forEach(function (form) {
    var zone = form.querySelector("[data-drop-zone]");
    var input = form.querySelector("input[type=file]");
    var names = form.querySelector("[data-drop-names]");

    function list() {
      names.textContent = "";
      Array.prototype.forEach.call(input.files, function (file) {
        var line = document.createElement("li");
        line.textContent = file.name + "（" + Math.max(1, Math.round(file.size / 1024)) + " KB）";
        names.appendChild(line);
      });
    }
    ["dragenter", "dragover"].forEach(function (kind) {
      zone.addEventListener(kind, function (event) { event.preventDefault(); zone.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (kind) {
      zone.addEventListener(kind, function () { zone.classList.remove("over"); });
    });
    zone.addEventListener("drop", function (event) {
      event.preventDefault();
      if (!event.dataTransfer || !event.dataTransfer.files.length) { return; }
      input.files = event.dataTransfer.files;
      list();
      form.requestSubmit ? form.requestSubmit() : form.submit();
    });
    input.addEventListener("change", list);
  });
  // A file dropped beside the zone would leave the page and what stands on it.
  ["dragover", "drop"].forEach(function (kind) {
    window.addEventListener(kind, function (event) { event.preventDefault(); });
  });
})();
