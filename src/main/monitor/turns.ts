/** Long work in steps, so that the event loop serves others meanwhile. */

/** Lets whoever waits have a turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** The pages one by one; others have a turn after each. */
export async function* pagesInTurns<T>(pages: Iterable<T>): AsyncGenerator<T> {
  for (const page of pages) {
    yield page
    await turn()
  }
}

/** Takes the steps one by one, to the result. @throws what the signal was fired with, between two steps */
export async function inTurns<T>(steps: Iterator<void, T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    signal?.throwIfAborted()
    const step = steps.next()
    if (step.done === true) return step.value
    await turn()
  }
}

/** For work that nobody calls off. */
export function never(): AbortSignal {
  return new AbortController().signal
}
