/** Puts markup in the page as a browser does: elements come to life once their children are there. */
export function put(html: string): void {
  const template = document.createElement("template");
  template.innerHTML = html;
  document.body.replaceChildren(document.importNode(template.content, true));
}
