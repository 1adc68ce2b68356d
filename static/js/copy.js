// A button that copies the text of the field it names; without a script the field can be selected.
(function () {
  "use strict";
  function copy(field) {
    if (navigator.clipboard && window.isSecureContext) { return navigator.clipboard.writeText(field.value); }
    field.focus();
    field.select();
    return document.execCommand("copy") ? Promise.resolve() : Promise.reject();
  }
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var word = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", function () {
      copy(document.getElementById(button.dataset.copy)).then(
        function () { button.textContent = "已复制"; },
        function () { button.textContent = "请按 Ctrl+C"; }
      );
      window.setTimeout(function () { button.textContent = word; }, 3000);
    });
  });
})();
