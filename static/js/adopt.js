// «采用»: appends an entry's text to the report's text, where the writer can still change it.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-adopt]");
    if (!button) { return; }
    var field = document.querySelector("textarea[name=progress]");
    if (!field) { return; }
    var glue = field.value && !field.value.endsWith("\n") ? "\n" : "";
    field.value += glue + button.dataset.adopt;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
})();
