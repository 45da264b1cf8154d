/** Crawls, as often as a busy machine needs for all peers to answer in time. */
import type { Locator } from '@playwright/test'
import { expect } from './app.ts'

/** Longer than a crawl takes in which a peer never answers (src/main/monitor/crawl.ts), milliseconds. */
const CRAWL_MS = 30_000
const ALL_MS = 120_000

/** Crawls until the card's numbers read like this. @returns how many crawls that took */
export async function crawlUntil(card: Locator, numbers: RegExp): Promise<number> {
  let crawls = 0
  await expect(async () => {
    await card.getByRole('button', { name: /^Crawl (now|again)$/ }).click()
    crawls += 1
    await expect(card).toHaveAttribute('data-state', 'done', { timeout: CRAWL_MS })
    await expect(card.locator('dl')).toHaveText(numbers, { timeout: 1000 })
  }).toPass({ timeout: ALL_MS })
  return crawls
}
