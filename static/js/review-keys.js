// J and K go to the next and the previous report of the queue, unless one is typing.
(function () {
  "use strict";
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (event.target.closest("input, textarea, select, [contenteditable]")) { return; }
    var name = { j: "next", k: "previous" }[String(event.key).toLowerCase()];
    var link = name && document.querySelector('[data-go="' + name + '"]');
    if (link) { link.click(); }
  });
})();
