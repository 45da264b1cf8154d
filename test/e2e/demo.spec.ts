import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { DEMO_BEATS, DEMO_SHOWN } from '../../src/shared/demo-story.ts'
import type { DemoStory } from '../../src/shared/demo-story.ts'
import { nickname } from '../../src/shared/nickname.ts'
import { fakeStatus, peerIdAt, peerRow } from '../support/renderer/fake-network.ts'
import { goTo, takePicture } from './app.ts'
import { violations } from './page/axe.ts'
import { expect, test } from './synthetic.ts'

const FITS = join(import.meta.dirname, 'page', 'fits.js')

/** What the page put on `window`, which one of a new frame has not. */
const GLOBALS = `(() => {
  const frame = document.body.appendChild(document.createElement('iframe'))
  const plain = new Set(Object.getOwnPropertyNames(frame.contentWindow))
  frame.remove()
  return Object.getOwnPropertyNames(window).filter((name) => !plain.has(name) && !/^\\d+$/.test(name) && name !== 'fits')
})()`

/** A moment that somebody looked at. */
function moment(chapter: number, beat: DemoStory['beat'], ...peers: DemoStory['peers']): DemoStory {
  return { chapter, beat, peers, missing: null, missedAt: null }
}

/** Cut off or covered parts, in the sizes of a small and a usual window. */
async function cut(page: Page): Promise<readonly string[]> {
  const found: string[] = []
  for (const size of [
    { width: 1024, height: 640 },
    { width: 1440, height: 900 },
  ]) {
    await page.setViewportSize(size)
    found.push(...(await page.evaluate<readonly string[]>('fits()')).map((one) => `${size.width}: ${one}`))
  }
  return found
}

test('the demo says what happens and what to look at, plays each chapter on demand, and can be hidden', async ({
  synthetic,
}, info) => {
  const { host } = synthetic
  const page = await synthetic.open(async (empty) => void (await empty.addInitScript({ path: FITS })))
  // Before axe has left its own: the desktop's check of the page forbids globals that it does not know.
  expect(await page.evaluate(GLOBALS)).toEqual([])
  const status = { ...fakeStatus(39, Date.now()), demo: true } as const
  const names = [nickname(peerIdAt(5)), nickname(peerIdAt(6))]
  const card = page.getByRole('region', { name: 'The demo’s story' })
  const banner = page.getByText('Local demo swarm: these peers run on this machine.')
  const calls = (): readonly string[] => host.calls.filter((call) => /^story \d/.test(call))

  host.tell({ status: { ...status, story: null } })
  await expect(banner).toBeVisible()
  await expect(card).toHaveCount(0)
  host.tell({ status: { ...status, story: moment(2, 'goodbye', peerIdAt(5), peerIdAt(6)) } })
  await expect(banner).toHaveCount(0)
  await expect(card).toContainText('2 of 5 · A crash and a goodbye')
  await expect(card.locator('[aria-live=polite]')).toContainText(
    new RegExp(`${names[0] ?? ''} said goodbye and left at once, while ${names[1] ?? ''} still counts as here\\.`, 'i'),
  )
  expect(await violations(page, 'the story')).toEqual([])
  expect(await cut(page)).toEqual([])

  // In a small window no sentence is cut off, all take the same room, and the graph has at least half of its view.
  await page.setViewportSize({ width: 1024, height: 640 })
  await goTo(page, 'Network')
  const taken: number[] = []
  const named = DEMO_BEATS.map((beat) => moment(2, beat, peerIdAt(5), peerIdAt(6)))
  const missed = named.map((one) => ({ ...one, missedAt: status.joinedAt }))
  const unseen = DEMO_SHOWN.map((missing) => ({ ...moment(2, 'unseen', peerIdAt(5), peerIdAt(6)), missing }))
  for (const story of [...named, ...missed, ...unseen]) {
    host.tell({ status: { ...status, story } })
    await expect(card).toHaveAttribute('data-beat', story.beat)
    const [line = 0, graph = 0, view = 0, hidden = 0] = await page.evaluate<readonly number[]>(
      `[...['.ps-demo', '.ps-graph', '.ps-view'].map((part) => document.querySelector(part).getBoundingClientRect().height),
        ((words) => Math.max(words.scrollWidth - words.clientWidth, words.scrollHeight - words.clientHeight))(
          document.querySelector('.ps-demo-words'))]`,
    )
    expect(hidden).toBeLessThanOrEqual(1)
    expect(graph).toBeGreaterThanOrEqual(view / 2)
    taken.push(Math.round(line))
  }
  expect(taken).toEqual(taken.map(() => taken[0]))
  // It waits where we are not connected, and while nobody sees it.
  host.tell({
    status: { ...status, state: 'alone', story: moment(2, 'goodbye', peerIdAt(5), peerIdAt(6)) },
  })
  await expect(card).toContainText('The story waits until we are connected')
  host.tell({ status: { ...status, story: moment(2, 'goodbye', peerIdAt(5), peerIdAt(6)) } })
  await expect(card).toContainText('said goodbye and left at once')
  expect(host.calls).toContain('story seen true')

  // By keyboard: the evidence, the chapter before, the next one, and away.
  await card.getByRole('button', { name: 'Look at: who left, and how' }).press('Enter')
  await expect(page.locator('nav [aria-current=page]')).toHaveText('Timeline')
  await expect(page).toHaveURL(/#\/timeline/)
  await card.getByRole('button', { name: 'Chapter before' }).press('Enter')
  await card.getByRole('button', { name: 'Skip ahead' }).press('Enter')
  await expect.poll(calls).toEqual(['story 1', 'story 3'])

  host.tell({ status: { ...status, story: moment(3, 'slower', peerIdAt(5)) } })
  await card.getByRole('button', { name: /^Look at: why .* is slow$/ }).click()
  await expect(page).toHaveURL(new RegExp(`peer=${peerIdAt(5)}`))
  for (const [view, colorScheme] of [
    ['Peers', 'dark'],
    ['Network', 'light'],
    ['Health', 'dark'],
  ] as const) {
    await goTo(page, view)
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width: 1024, height: 640 })
    await takePicture(page, info, `demo-${view}-${colorScheme}`)
  }

  host.tell({ status: { ...status, story: moment(5, 'end') } })
  await expect(card).toContainText('The story is over')
  await card.getByRole('button', { name: 'Play it again' }).click()
  await expect.poll(calls).toEqual(['story 1', 'story 3', 'story 1'])
  await card.getByRole('button', { name: 'Hide the story' }).press('Enter')
  await expect(card).toHaveCount(0)
  await expect(banner).toBeVisible()
  // The next moment of the same demo does not bring it back.
  host.tell({ status: { ...status, story: moment(1, 'calm') } })
  await expect(banner).toBeVisible()
  await expect(card).toHaveCount(0)
})

/** Moments with the view that what they say to look at is in, and whether the peer that they name is shown. */
const LEADS = [
  ['calm', 'Network', false],
  ['joined', 'Peers', true],
  ['silent', 'Timeline', false],
  ['slower', 'Peers', true],
  ['parted', 'Health', false],
  ['whole', 'Timeline', false],
] as const

test('what the demo says to look at is shown, with no peer beside it that it does not name', async ({ synthetic }) => {
  const { host } = synthetic
  const page = await synthetic.open()
  const status = { ...fakeStatus(39, Date.now()), demo: true } as const
  const card = page.getByRole('region', { name: 'The demo’s story' })
  const inspector = page.locator('[data-inspector]')
  const [other, named] = [peerIdAt(9), peerIdAt(30)]
  await page.setViewportSize({ width: 1024, height: 640 })
  for (const [beat, view, names] of LEADS) {
    host.tell({ status: { ...status, story: moment(2, beat, named, peerIdAt(6)) } })
    await expect(card).toHaveAttribute('data-beat', beat)
    await page.evaluate(`location.hash = '#/peers?peer=${other}'`)
    await expect(inspector).toContainText(nickname(other))
    await card.getByRole('button', { name: /^Look at/ }).click()
    await expect(page.locator('nav [aria-current=page]')).toHaveText(view)
    if (names) await expect(inspector).toContainText(nickname(named))
    else await expect(inspector).toHaveCount(0)
  }

  // Whose row changes its place, as that of a peer does that has just joined, stays in view until another way is taken.
  const row = page.locator(`[data-peer-id="${named}"]`)
  const name = row.getByText(nickname(named))
  const be = (neighbor: boolean): void =>
    host.tell({ peers: [peerRow(30, { state: 'online', neighbor, connected: neighbor })] })
  be(true)
  host.tell({ status: { ...status, story: moment(1, 'joined', named) } })
  await card.getByRole('button', { name: /^Look at/ }).click()
  for (const neighbor of [false, true, false]) {
    be(neighbor)
    await expect(row.getByText('neighbor')).toHaveCount(neighbor ? 1 : 0)
    await expect(name).toBeInViewport({ ratio: 1 })
  }
  await page.getByRole('grid', { name: 'Peers' }).hover()
  await page.mouse.wheel(0, -5000)
  await expect(name).not.toBeInViewport()
  be(false)
  await expect(name).not.toBeInViewport()
  // Where the table is shown again it is gone to again.
  await goTo(page, 'Timeline')
  await goTo(page, 'Peers')
  await expect(name).toBeInViewport({ ratio: 1 })
})

test('a filter stands where it is typed, and no more than once beside it', async ({ synthetic }) => {
  const page = await synthetic.open()
  const filter = page.getByLabel('Filter the graph')
  const terms = page.getByRole('list', { name: 'What is set' })
  await filter.fill('tag:role:*')
  await filter.press('Enter')
  await expect(page.getByTitle('tag:role:*')).toHaveText('by the filter above')
  await expect(page.getByText('tag:role:*', { exact: true })).toHaveCount(0)
  await expect(terms).toHaveCount(0)
  // Of several each can be taken away.
  await filter.fill('tag:role:* rtt>0ms')
  await filter.press('Enter')
  await expect(terms.getByRole('listitem')).toHaveText(['tag:role:*', 'rtt>0ms'])
  await terms.getByRole('button').last().click()
  await expect(filter).toHaveValue('tag:role:*')
  await expect(terms).toHaveCount(0)
})
