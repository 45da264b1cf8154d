/** Counts what a task costs: presses of the pointer. Keys cost nothing, but a field has to be clicked before it is typed into. */
import type { Page } from '@playwright/test'
import { expect } from './app.ts'

/** Most clicks that a task of docs/tasks.md may take. */
const MOST = 3

const COUNT = `globalThis.pressed ??= (() => {
  const presses = { count: 0 }
  addEventListener('pointerdown', (event) => { if (event.isTrusted) presses.count += 1 }, { capture: true })
  return presses
})()`

/** Walks a task that docs/tasks.md says to take so many clicks, and fails where it took another number. */
export async function inClicks<Answer>(page: Page, clicks: number, walk: () => Promise<Answer>): Promise<Answer> {
  expect(clicks).toBeLessThanOrEqual(MOST)
  const before = await presses(page)
  const answer = await walk()
  expect(await presses(page), 'clicks').toBe(before + clicks)
  return answer
}

/** Starts to count where it did not before. A page that is loaded again begins at 0. */
function presses(page: Page): Promise<number> {
  return page.evaluate<number>(`${COUNT}; pressed.count`)
}
