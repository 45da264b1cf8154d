import { FAKE_VERDICT } from '../support/renderer/fake-health.ts'
import { takePicture } from './app.ts'
import { expect, test } from './synthetic.ts'

test.describe('where the network split since the crawl', () => {
  test.use({
    health: { islands: { ...FAKE_VERDICT.islands, count: 2, sizes: [4, 3] }, islandsUnknown: null },
  })

  test('its verdict steps back, and what the links make now stands out beside it', async ({ synthetic }, info) => {
    const page = await synthetic.open()
    await page.getByRole('button', { name: 'Crawl', exact: true }).click()
    const card = page.getByTestId('crawl-card')
    await card.getByRole('button', { name: 'Crawl now' }).click()
    const [then, now] = [card.getByText(/^At .* form one island;/), card.getByText(/^The links known now make/)]
    await expect(now).toHaveText('The links known now make 2 islands: 4 and 3.')
    await expect(now).toHaveCSS('font-weight', '600')
    await expect(then).toHaveCSS('font-weight', '400')
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await takePicture(page, info, `crawl-verdict-${colorScheme}`)
    }
  })
})
