// Paper is white and has no triangles: folded text is open while the page prints, also what tells how a
// bet went. Only code that is hidden and the answers of a warm-up stay as the reader has them.
const page = document.documentElement;
let theme;

addEventListener("beforeprint", () => {
  theme = page.dataset.theme;
  page.dataset.theme = "light";
  for (const folded of document.querySelectorAll("details:not([open], .hide)")) {
    folded.dataset.forPrint = "";
    folded.open = true;
  }
});

addEventListener("afterprint", () => {
  page.dataset.theme = theme;
  for (const opened of document.querySelectorAll("details[data-for-print]")) {
    delete opened.dataset.forPrint;
    opened.open = false;
  }
});
