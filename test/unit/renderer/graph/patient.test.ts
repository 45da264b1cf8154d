import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { GlFence } from '../../../../src/renderer/src/graph/gl-fence.ts'
import { PatientDrawing } from '../../../../src/renderer/src/graph/patient.ts'
import type { Frame, Picture } from '../../../../src/renderer/src/graph/picture.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  vi.stubGlobal('document', { hidden: false })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** What of WebGL a fence needs: `drawn` says whether the processor has caught up. */
class FakeGl {
  readonly SYNC_GPU_COMMANDS_COMPLETE = 1
  readonly SYNC_STATUS = 2
  readonly SIGNALED = 3
  drawn = true
  fences = 0

  fenceSync(): object {
    this.fences++
    return {}
  }

  getSyncParameter(): number {
    return this.drawn ? this.SIGNALED : 0
  }

  deleteSync(): void {
    this.fences--
  }

  flush(): void {
    return undefined
  }

  get context(): WebGL2RenderingContext {
    return this as unknown as WebGL2RenderingContext
  }
}

/** A drawing of `pairs` lines, with what it did in order. */
function drawing(pairs: number) {
  const gl = new FakeGl()
  const did: string[] = []
  const picture = {
    whole: false,
    hasEdges: () => picture.whole,
    keepEdges: (_: Frame, start: number, count: number) => {
      did.push(`lines ${start}`)
      if (start + count >= pairs) picture.whole = true
    },
    drawAside: () => void did.push('aside'),
    showAside: () => did.push('show') > 0,
  }
  let frames = 0
  const patient = new PatientDrawing({
    gl: gl.context,
    picture: () => picture as unknown as Picture,
    pairs: () => pairs,
    frame: () => ({}) as Frame,
    onShown: () => undefined,
    requestFrame: () => frames++,
    onWork: () => undefined,
  })
  /** Runs animation frames while any are asked for, at most `most`, each with the task after it. */
  const run = (most = 100): number => {
    for (let n = 0; n < most; n++) {
      if (frames === 0) return n
      frames = 0
      vi.advanceTimersByTime(16)
      patient.tick(performance.now())
      vi.advanceTimersByTime(0)
    }
    return most
  }
  const want = (): void => {
    patient.want()
    frames++
  }
  return { gl, did, patient, picture, run, want }
}

test('drawn aside in a task of its own, and shown in a later frame', () => {
  const { did, run, want, patient } = drawing(100)
  want()
  patient.tick(0)
  expect(did).toEqual([])
  vi.advanceTimersByTime(0)
  expect(did).toEqual(['lines 0', 'aside'])
  run(1)
  expect(did.slice(0, 3)).toEqual(['lines 0', 'aside', 'show'])
})

test('nothing is drawn or shown before what was drawn is there', () => {
  const { gl, did, run, want } = drawing(100)
  want()
  run(1)
  gl.drawn = false
  const before = [...did]
  run(5)
  expect(did).toEqual(before)
  gl.drawn = true
  run(1)
  expect(did[before.length]).toBe('show')
})

test('of the first picture of lines each step is shown; it comes to rest with the whole of it', () => {
  const { gl, did, run, want } = drawing(6000)
  want()
  expect(run()).toBeLessThan(50)
  expect(did.filter((what) => what.startsWith('lines')).length).toBeGreaterThan(2)
  const afterLines = did.filter((_, index) => (did[index - 1] ?? '').startsWith('lines'))
  expect(new Set(afterLines)).toEqual(new Set(['aside']))
  expect(did.at(-1)).toBe('show')
  expect(gl.fences).toBe(0)
})

test('once there is a picture of the lines, nodes and steps take turns, and only nodes are drawn for what is wanted', () => {
  const { did, patient, run, want } = drawing(6000)
  want()
  run()
  did.length = 0
  want()
  run()
  expect(did).toEqual(['aside', 'show'])
  did.length = 0
  vi.advanceTimersByTime(2000)
  patient.pace.change()
  want()
  run()
  expect(did[0]).toBe('aside')
  const lines = did.filter((what) => what !== 'show')
  expect(lines.filter((what) => what === 'aside')).toHaveLength(2)
  expect(lines.at(-1)).toBe('aside')
})

test('while the view moves, nodes are drawn with each step of the lines', () => {
  const { did, patient, run, want } = drawing(60_000)
  want()
  run()
  did.length = 0
  vi.advanceTimersByTime(2000)
  for (let n = 0; n < 4; n++) {
    patient.pace.move(performance.now())
    want()
    run(1)
  }
  const work = did.filter((what) => what !== 'show')
  expect(work.map((what) => what.split(' ')[0])).toEqual([
    'lines',
    'aside',
    'lines',
    'aside',
    'lines',
    'aside',
    'lines',
    'aside',
  ])
})

test('lines that wait for their turn are drawn without being asked for again', () => {
  const { did, patient, run, want } = drawing(100)
  want()
  run()
  did.length = 0
  patient.pace.change()
  want()
  run()
  expect(did).toEqual(['aside', 'show'])
  vi.advanceTimersByTime(1000)
  run()
  expect(did).toEqual(['aside', 'show', 'lines 0', 'aside', 'show'])
})

test('nothing is drawn in a hidden window, and nothing after it was destroyed', () => {
  const { did, patient, want } = drawing(100)
  want()
  patient.tick(0)
  vi.stubGlobal('document', { hidden: true })
  vi.advanceTimersByTime(10)
  vi.stubGlobal('document', { hidden: false })
  expect(did).toEqual([])
  patient.tick(20)
  patient.destroy()
  vi.advanceTimersByTime(5000)
  expect(did).toEqual([])
})

test('what was drawn aside is not shown once it is of no use', () => {
  const { did, patient, run, want } = drawing(100)
  want()
  run(1)
  patient.forget()
  did.length = 0
  run(1)
  expect(did).not.toContain('show')
})

test('a fence tells how long the drawing took, and gives up on a context that never tells', () => {
  const gl = new FakeGl()
  const fence = new GlFence(gl.context)
  expect(fence.passed(0)).toBe(0)
  gl.drawn = false
  fence.set(10)
  expect(fence.passed(40)).toBeNull()
  gl.drawn = true
  expect(fence.passed(50)).toBe(40)
  expect(fence.passed(60)).toBe(0)
  gl.drawn = false
  fence.set(100)
  fence.set(200)
  expect(gl.fences).toBe(1)
  expect(fence.passed(699)).toBeNull()
  expect(fence.passed(700)).toBe(500)
  expect(gl.fences).toBe(0)
})
