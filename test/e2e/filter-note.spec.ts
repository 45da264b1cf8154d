import { takeInSizes } from './app.ts'
import { expect, test } from './synthetic.ts'

test('what is said of a filter is said beside that filter, offers what was meant, and fits its line', async ({
  synthetic,
}, info) => {
  const page = await synthetic.open(undefined, 'Peers')
  const field = page.getByLabel('Filter: fox')
  const note = page.locator('#peers-filter-note')
  const list = page.getByRole('listbox', { name: 'Suggestions' })
  await field.fill('rtt>abc')
  await expect(note).toContainText("'abc' is not a duration")
  await takeInSizes(page, info, 'wrong')
  // Another text is typed over it: it does not act yet, and what was wrong is not in the field.
  await field.fill('tag:role:')
  await expect(list).toBeVisible()
  await expect(note).toHaveCount(0)
  await takeInSizes(page, info, 'typed-over')

  await page.setViewportSize({ width: 1440, height: 900 })
  const line = page.locator('.ps-shown-line')
  const fits = async (): Promise<boolean> => {
    const [inner, outer] = [await note.boundingBox(), await line.boundingBox()]
    return inner !== null && outer !== null && inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height
  }
  await field.fill('state:xyzzy')
  await page.keyboard.press('Enter')
  await expect(note).toContainText("'state' is never 'xyzzy': it is here, was here, neighbor")
  await takeInSizes(page, info, 'hint')
  expect(await fits()).toBe(true)
  await field.fill('state:neighbour')
  await page.keyboard.press('Enter')
  await expect(note).toContainText("'state' is never 'neighbour': did you mean 'neighbor'?")
  await takeInSizes(page, info, 'meant')
  expect(await fits()).toBe(true)
  await note.getByRole('button', { name: 'state:neighbor' }).click()
  await expect(field).toHaveValue('state:neighbor')
})

test('suggestions open by a key or a click, not as the focus comes back from the palette', async ({ synthetic }) => {
  const page = await synthetic.open(undefined, 'Peers')
  const field = page.getByLabel('Filter: fox')
  const list = page.getByRole('listbox', { name: 'Suggestions' })
  await page.keyboard.press('/')
  await expect(list).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByPlaceholder(/^Search for/)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(field).toBeFocused()
  await expect(list).toHaveCount(0)
  await page.keyboard.press('ArrowDown')
  await expect(list).toBeVisible()
})
