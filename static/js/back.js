// «Back» as the browser does it, which keeps what stands in the form; without this file it is a link.
document.querySelectorAll("[data-back]").forEach((link) => {
  if (window.history.length < 2) return;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    window.history.back();
  });
});
