import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect } from '@playwright/test'

/** What is looked at beside them: parts of a page that one jumps to have names of their own. */
const BESIDE = { 'landmark-unique': { enabled: true } }
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Dialogs and menus. What lies behind is the view as it was, which is checked by itself: a fifth of a look's time goes there. */
const OVERLAYS = '[data-portal] [role=dialog], [data-portal] [role=menu]'

/**
 * A line for each rule of WCAG level A or AA that the page breaks as it is, and for parts of one name, with the elements that break it, in these themes.
 * The first look checks all rules; the theme changes colours only.
 */
export async function violations(
  page: Page,
  what: string,
  schemes: readonly ('dark' | 'light')[] = ['dark', 'light'],
): Promise<readonly string[]> {
  const found: string[] = []
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
    // The other mode opens a page of its own, which Electron has none of.
    // axe gives the page half a megabyte of itself, twice a look; it stays there.
    const there = await page.evaluate<boolean>("'axe' in globalThis")
    const given = there ? { page, axeSource: ';' } : { page }
    const axe = new AxeBuilder(given)
      .setLegacyMode(true)
      .options({ resultTypes: ['violations'], rules: colorScheme === 'dark' ? BESIDE : {} })
    if (await page.locator(OVERLAYS).locator('visible=true').count()) axe.include('[data-portal]')
    const rules = colorScheme === 'dark' ? axe.withTags(LEVELS) : axe.withRules(['color-contrast'])
    const result = await rules.analyze()
    for (const { id, nodes } of result.violations)
      for (const { target, failureSummary } of nodes)
        found.push(`${what}, ${colorScheme}: ${id}: ${target.join(' ')}: ${failureSummary?.replaceAll('\n', ' ')}`)
  }
  return found
}
