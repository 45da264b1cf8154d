import { expect, test } from 'vitest'
import { ASK_AFTER_MS, PATIENCE_MS, STEP_MS, watchAnswers } from '../../../../src/renderer/src/stores/answer-watch.ts'
import { createLinkStore, isUnheard } from '../../../../src/renderer/src/stores/subscription.ts'

/** The host's clock shows this much more than the page's own. */
const EPOCH = 1_000_000

function begin() {
  const link = createLinkStore(EPOCH)
  const state = { ms: 0, hidden: false }
  let step: () => void = () => undefined
  const questions: { readonly signal: AbortSignal; readonly settle: PromiseWithResolvers<unknown> }[] = []
  const stop = watchAnswers({
    link,
    ask: (signal) => {
      const settle = Promise.withResolvers<unknown>()
      questions.push({ signal, settle })
      return settle.promise
    },
    monotonic: () => state.ms,
    now: () => EPOCH + state.ms,
    hidden: () => state.hidden,
    every: (ms, each) => {
      expect(ms).toBe(STEP_MS)
      step = each
      return () => (step = () => undefined)
    },
  })
  const hear = (): void => link.setState({ state: 'live', heardAt: EPOCH + state.ms })
  /** Time goes by, with the steps on time. */
  const pass = (ms: number): void => {
    for (let gone = 0; gone < ms; gone += STEP_MS) {
      state.ms += STEP_MS
      step()
    }
  }
  /** Our own page stands still, and then runs on. */
  const stand = (ms: number): void => {
    state.ms += ms
    step()
  }
  const answer = async (): Promise<void> => {
    questions.at(-1)?.settle.resolve({})
    await Promise.resolve()
    await Promise.resolve()
  }
  hear()
  return { link, state, questions, stop, hear, pass, stand, answer, silent: () => link.getState().silentSince }
}

test('a question that got no answer for five seconds is told with when it was sent, until the answer comes', async () => {
  const { link, questions, pass, answer, silent, state } = begin()
  pass(ASK_AFTER_MS)
  expect(questions).toHaveLength(1)
  const sentAt = EPOCH + state.ms
  pass(PATIENCE_MS - STEP_MS)
  expect(silent()).toBeNull()
  expect(isUnheard(link.getState())).toBe(false)
  pass(STEP_MS)
  expect(silent()).toBe(sentAt)
  expect(isUnheard(link.getState())).toBe(true)
  pass(60_000)
  expect(silent()).toBe(sentAt)
  // The one that waits is enough.
  expect(questions).toHaveLength(1)
  await answer()
  expect(silent()).toBeNull()
  expect(link.getState()).toMatchObject({ state: 'live', heardAt: EPOCH + state.ms })
  pass(ASK_AFTER_MS)
  expect(questions).toHaveLength(2)
})

test('an engine that says no answers too', async () => {
  const { questions, pass, silent } = begin()
  pass(ASK_AFTER_MS + PATIENCE_MS)
  expect(silent()).not.toBeNull()
  questions[0]?.settle.reject(new Error('not joined'))
  await expect.poll(silent).toBeNull()
})

test('while messages come nothing is asked, and a busy engine whose answer is slow is not told', () => {
  const { questions, pass, hear, silent } = begin()
  for (let turn = 0; turn < 20; turn += 1) {
    pass(STEP_MS)
    hear()
  }
  expect(questions).toHaveLength(0)
  pass(ASK_AFTER_MS + PATIENCE_MS - STEP_MS)
  expect(questions).toHaveLength(1)
  hear()
  pass(PATIENCE_MS)
  expect(silent()).toBeNull()
  // Silent from then on: it is asked again, and told.
  expect(questions).toHaveLength(2)
  expect(questions[0]?.signal.aborted).toBe(true)
  pass(ASK_AFTER_MS)
  expect(silent()).not.toBeNull()
  hear()
  expect(silent()).toBeNull()
})

test('a page that stood still waits again for as long', () => {
  const { pass, stand, silent, state } = begin()
  pass(ASK_AFTER_MS + PATIENCE_MS - STEP_MS)
  stand(8 * 3_600_000)
  expect(silent()).toBeNull()
  const wokeAt = EPOCH + state.ms
  pass(PATIENCE_MS - STEP_MS)
  expect(silent()).toBeNull()
  pass(STEP_MS)
  expect(silent()).toBe(wokeAt)
})

test('a page that sleeps while nothing is owed asks first', () => {
  const { questions, pass, stand, silent } = begin()
  stand(60_000)
  expect(questions).toHaveLength(0)
  pass(STEP_MS)
  expect(questions).toHaveLength(1)
  pass(PATIENCE_MS - STEP_MS)
  expect(silent()).toBeNull()
})

test('a hidden page asks nothing and tells nothing', () => {
  const { questions, pass, silent, state } = begin()
  state.hidden = true
  pass(60_000)
  expect(questions).toHaveLength(0)
  state.hidden = false
  pass(STEP_MS)
  expect(questions).toHaveLength(1)
  state.hidden = true
  pass(60_000)
  state.hidden = false
  pass(PATIENCE_MS - STEP_MS)
  expect(silent()).toBeNull()
  pass(STEP_MS)
  expect(silent()).not.toBeNull()
})

test('a lost link is told by itself, and a new one begins from the start', async () => {
  const { link, questions, pass, silent, hear } = begin()
  pass(ASK_AFTER_MS + PATIENCE_MS)
  link.setState({ state: 'lost', reason: 'the socket closed' })
  expect(silent()).toBeNull()
  expect(questions[0]?.signal.aborted).toBe(true)
  const { heardAt } = link.getState()
  questions[0]?.settle.reject(new Error('aborted'))
  pass(60_000)
  expect(link.getState()).toMatchObject({ state: 'lost', silentSince: null, heardAt })
  expect(questions).toHaveLength(1)
  hear()
  pass(ASK_AFTER_MS + PATIENCE_MS - STEP_MS)
  expect(silent()).toBeNull()
})

test('after its end it asks and tells nothing', () => {
  const { questions, pass, stop, silent } = begin()
  pass(ASK_AFTER_MS)
  stop()
  expect(questions[0]?.signal.aborted).toBe(true)
  pass(60_000)
  expect(silent()).toBeNull()
})
