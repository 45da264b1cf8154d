import { createSpotlight } from '@mantine/spotlight'

/** The palette's own state, and what opens it. */
export const [paletteStore, palette] = createSpotlight()

/** Marks the first line of the list when none is marked, so that Enter opens it. */
export function markFirst(): void {
  if (document.querySelector('[data-action][data-selected]') !== null) return
  const first = document.querySelector('[data-action]')
  if (first === null) return
  first.setAttribute('data-selected', 'true')
  paletteStore.updateState((state) => ({ ...state, selected: 0 }))
}
