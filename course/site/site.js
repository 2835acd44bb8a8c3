// Paper has no triangle to click on: what is folded is open while the page prints.
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details:not([open])")) {
    folded.dataset.forPrint = "";
    folded.open = true;
  }
});

addEventListener("afterprint", () => {
  for (const opened of document.querySelectorAll("details[data-for-print]")) {
    delete opened.dataset.forPrint;
    opened.open = false;
  }
});
