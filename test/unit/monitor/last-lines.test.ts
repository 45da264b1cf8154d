import { describe, expect, it } from 'vitest'
import { LastLines } from '../../../src/main/monitor/last-lines.ts'

const summaryOf = (...chunks: readonly string[]): string => {
  const lines = new LastLines()
  for (const chunk of chunks) lines.add(chunk)
  return lines.summary()
}

describe('the last lines of a process', () => {
  it('say what an uncaught error says, without its frames', () =>
    expect(
      summaryOf(
        'node:internal/modules/esm/resolve:271\n    throw new ERR_MODULE_NOT_FOUND(\n          ^\n\n',
        "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/x/swarm.js'\n    at finalizeResolution (node:internal:271:11)\n",
        '\nNode.js v24.21.0\n',
      ),
    ).toBe(
      "node:internal/modules/esm/resolve:271; throw new ERR_MODULE_NOT_FOUND(; Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/x/swarm.js'",
    ))

  it('are put together of chunks, and empty when nothing was written', () => {
    expect(summaryOf('no sp', 'ace left\non dev', 'ice\n')).toBe('no space left; on device')
    expect(summaryOf()).toBe('')
    expect(summaryOf('\n \n')).toBe('')
  })

  it('are bounded in what is kept and in what is shown', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `line ${index}`)
    expect(summaryOf(...many.map((line) => `${line}\n`))).toBe(many.slice(-5).join('; '))
    expect(summaryOf('x'.repeat(100_000)).length).toBeLessThanOrEqual(600)
  })

  it('have no control characters and no colours', () =>
    expect(summaryOf('\u001B[31mred\u001B[0m\u0007 alert\r\n')).toBe('red alert'))
})
