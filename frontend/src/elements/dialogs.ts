/**
 * `data-opens="id"` on a control opens the dialog of that id. `data-confirm="id"` on a form asks that dialog first:
 * the form is sent when the dialog closes with the value "yes". Without script a form is sent at once, and an
 * opener that is a link leads to the page that says the same.
 */
export function openDialogs(page: Document, signal?: AbortSignal): void {
  const options = signal ? { signal } : {};
  page.addEventListener(
    "click",
    (event) => {
      const opener = (event.target as Element).closest<HTMLElement>("[data-opens]");
      const dialog = opener && page.getElementById(opener.dataset.opens ?? "");
      if (!(dialog instanceof HTMLDialogElement)) return;
      event.preventDefault();
      dialog.showModal();
    },
    options,
  );
  page.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      const dialog = page.getElementById(form.dataset.confirm ?? "");
      if (!(dialog instanceof HTMLDialogElement) || form.dataset.confirmed !== undefined) {
        delete form.dataset.confirmed;
        return;
      }
      event.preventDefault();
      const button = (event as SubmitEvent).submitter;
      dialog.returnValue = "";
      dialog.addEventListener(
        "close",
        () => {
          if (dialog.returnValue !== "yes") return;
          form.dataset.confirmed = "";
          form.requestSubmit(button);
        },
        { once: true, ...options },
      );
      dialog.showModal();
    },
    options,
  );
}
