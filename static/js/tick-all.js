// One box ticks all others: those of the form it names, or of the form it stands in.
(function () {
  "use strict";
  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-tick-all]")) { return; }
    var form = document.getElementById(event.target.dataset.tickAll) || event.target.closest("form");
    Array.prototype.forEach.call(form.elements, function (box) {
      if (box.type === "checkbox" && box.name && !box.disabled) { box.checked = event.target.checked; }
    });
  });
})();
