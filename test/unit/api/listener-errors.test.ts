import { pino } from 'pino'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { listenerErrors } from '../../../src/main/api/listener-errors.ts'
import { turn } from '../../../src/main/monitor/turns.ts'

afterEach(() => void vi.restoreAllMocks())

const [one, other] = [() => undefined, () => undefined]
const warnings = () => vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)

function logged(): { readonly lines: unknown[]; readonly logger: pino.Logger } {
  const lines: unknown[] = []
  const logger = pino(
    { level: 'debug', base: null, timestamp: false },
    { write: (line: string) => lines.push(JSON.parse(line)) },
  )
  return { lines, logger }
}

describe('what a listener throws', () => {
  it('[EV4] goes to the function that was given, each time', () => {
    const emitted = warnings()
    const { lines, logger } = logged()
    const got: unknown[] = []
    const tell = listenerErrors({ given: (error) => void got.push(error), logger })
    const error = new Error('mine')
    tell(error, one)
    tell(error, one)
    expect([got, lines, emitted.mock.calls]).toEqual([[error, error], [], []])
  })

  it('[EV4] goes to the logger without one: as an error once for each listener, then at debug level', () => {
    const emitted = warnings()
    const { lines, logger } = logged()
    const tell = listenerErrors({ given: undefined, logger })
    tell(new Error('first'), one)
    tell(new Error('second'), one)
    tell(new Error('third'), other)
    const [error, debug] = [50, 20]
    expect(lines).toMatchObject([
      { level: error, err: { message: 'first' } },
      { level: debug, err: { message: 'second' } },
      { level: error, err: { message: 'third' } },
    ])
    expect(emitted).not.toHaveBeenCalled()
  })

  it('[EV4] is a process warning with neither, once for each listener', () => {
    const emitted = warnings()
    const tell = listenerErrors({ given: undefined, logger: undefined })
    tell(new Error('first'), one)
    tell(new Error('second'), one)
    tell('text', other)
    expect(emitted.mock.calls).toEqual([
      [
        'a listener threw: first',
        {
          type: 'PeerscopeWarning',
          code: 'PEERSCOPE_LISTENER_THREW',
          detail: expect.stringContaining('listener-errors'),
        },
      ],
      ['a listener threw: text', { type: 'PeerscopeWarning', code: 'PEERSCOPE_LISTENER_THREW' }],
    ])
  })

  it('[EV4] is not lost where the function that was given throws too, or its promise is rejected', async () => {
    const { lines, logger } = logged()
    listenerErrors({
      given: () => {
        throw new Error('as well')
      },
      logger,
    })(new Error('mine'), one)
    listenerErrors({ given: () => Promise.reject(new Error('later')), logger })(new Error('mine'), one)
    await turn()
    expect(lines).toMatchObject([{ err: { message: 'as well' } }, { err: { message: 'later' } }])
  })
})
