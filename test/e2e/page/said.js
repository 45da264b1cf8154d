/** Runs in the page: all text of it, and all attributes that users see or hear, a line each. */
{
  const SPOKEN = ['title', 'alt', 'aria-label', 'aria-description', 'aria-valuetext', 'placeholder', 'label']
  const said = () => {
    const texts = [document.title]
    const all = document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
    for (let node = all.nextNode(); node !== null; node = all.nextNode()) {
      if (node instanceof Text) texts.push(node.data)
      else for (const name of SPOKEN) texts.push(node.getAttribute(name) ?? '')
    }
    return texts.join('\n')
  }
  globalThis.said = said
}
