/* Runs before the first paint, as a plain blocking script: the reader's own choice of theme, if they made one. */
{
  let choice: string | null = null;
  try {
    choice = localStorage.getItem("vigie-theme");
  } catch {
    // Storage may be refused: the system's theme stands.
  }
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
}
