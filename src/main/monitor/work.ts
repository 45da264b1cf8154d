/** Long work that is watched, and can be called off. */
import type { WorkMessage, WorkStep } from '../../shared/contract.ts'

/** Is told how far work is. */
export type OnStep = (step: WorkStep) => void

/**
 * Begins work, and tells how far it is whenever that changed, and at its end what came of it. Leaving the loop ends the
 * work, as the signal does.
 * @throws what the work throws
 */
export async function* watched<Result>(
  signal: AbortSignal,
  begin: (signal: AbortSignal, onStep: OnStep) => Promise<Result>,
): AsyncGenerator<WorkMessage<Result>> {
  const left = new AbortController()
  const now: { step: WorkStep | null; over: boolean } = { step: null, over: false }
  let news = Promise.withResolvers<void>()
  const work = begin(AbortSignal.any([signal, left.signal]), (step) => {
    now.step = step
    news.resolve()
  })
  const end = (): void => {
    now.over = true
    news.resolve()
  }
  work.then(end, end)
  try {
    while (!now.over) {
      await news.promise
      news = Promise.withResolvers()
      if (!now.over && now.step !== null) yield { kind: 'progress', step: now.step }
    }
    yield { kind: 'done', result: await work }
  } finally {
    left.abort()
  }
}
