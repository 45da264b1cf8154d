/** Runs in the page before anything else: what does not fit, is cut off, or is covered by something else. */
{
  const seen = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getClientRects().length > 0

  const wordsOf = (element) => {
    const words = element.getAttribute('aria-label') ?? element.innerText ?? ''
    return `${element.tagName.toLowerCase()} “${words.slice(0, 40).replaceAll('\n', ' ')}”`
  }

  /** The part of an element that no scrolling part around it hides; null where nothing of it is shown. */
  const shown = (element) => {
    let { left, top, right, bottom } = element.getBoundingClientRect()
    for (let around = element.parentElement; around !== null; around = around.parentElement) {
      const style = getComputedStyle(around)
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue
      const box = around.getBoundingClientRect()
      ;[left, top] = [Math.max(left, box.left), Math.max(top, box.top)]
      ;[right, bottom] = [Math.min(right, box.right), Math.min(bottom, box.bottom)]
    }
    return right - left < 2 || bottom - top < 2 ? null : { x: (left + right) / 2, y: (top + bottom) / 2 }
  }

  globalThis.fits = () => {
    const wrong = []
    for (const part of [
      document.documentElement,
      ...document.querySelectorAll('#root, .ps-shell, .ps-main, .ps-health-charts, .ps-phrases'),
    ]) {
      const { scrollWidth, clientWidth } = part
      if (scrollWidth > clientWidth)
        wrong.push(`${part.className || part.id || 'the page'} has ${scrollWidth} in ${clientWidth}`)
    }
    for (const button of [...document.querySelectorAll('button')].filter(seen)) {
      const at = shown(button)
      if (at === null) continue
      const top = document.elementFromPoint(at.x, at.y)
      // What is scrolled half under a heading that stays is no fault.
      const stays = top?.closest('.ps-head, .ps-toolbar') ?? null
      if (top !== null && stays === null && !button.contains(top) && !top.contains(button))
        wrong.push(`${wordsOf(button)} is covered by ${wordsOf(top)}`)
      for (const part of [button, ...button.querySelectorAll('span')]) {
        const { overflowX, textOverflow } = getComputedStyle(part)
        if (part.scrollWidth > part.clientWidth + 1 && overflowX === 'hidden' && textOverflow !== 'ellipsis')
          wrong.push(`${wordsOf(button)} is cut off: ${part.scrollWidth} wide, of ${part.clientWidth}`)
      }
    }
    for (const grid of document.querySelectorAll('.ps-settings-grid')) {
      const rows = new Map()
      for (const field of grid.children) {
        const input = field.querySelector('[class*="Input-input"], [class*="Textarea-input"]')
        const { top } = field.getBoundingClientRect()
        if (input !== null) rows.set(top, [...(rows.get(top) ?? []), input.getBoundingClientRect().top])
      }
      for (const tops of rows.values())
        if (Math.max(...tops) - Math.min(...tops) > 1) wrong.push(`inputs of one row stand at ${tops.join(', ')}`)
    }
    return [...new Set(wrong)]
  }
}
