/** What held the loop: the functions that ran most in a span of time, by the runtime's own profiler. */
import { Session } from 'node:inspector/promises'
import type { Profiler } from 'node:inspector'

/** Profiles this thread from now on. */
export async function profile(): Promise<{ end(from: number, to: number): Promise<string> }> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 500 })
  await session.post('Profiler.start')
  // The profile has the clock of `hrtime`, in microseconds.
  const origin = Number(process.hrtime.bigint()) / 1e6 - performance.now()
  return {
    end: async (from, to) => {
      const { profile } = await session.post('Profiler.stop')
      session.disconnect()
      const began = profile.startTime / 1000 - origin
      return hottest(profile, from - began, to - began)
    },
  }
}

function hottest(profile: Profiler.Profile, from: number, to: number): string {
  const parents = new Map<number, number>()
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node.id)
  const counts = new Map<string, number>()
  let all = 0
  let at = 0
  for (const [index, id] of (profile.samples ?? []).entries()) {
    at += (profile.timeDeltas?.[index] ?? 0) / 1000
    if (at < from || at > to) continue
    all += 1
    const seen = new Set<string>()
    for (let node = nodes.get(id); node !== undefined; node = nodes.get(parents.get(node.id) ?? -1)) {
      const { functionName, url, lineNumber } = node.callFrame
      const file = url.split('/').slice(-2).join('/')
      seen.add(`${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`)
    }
    for (const name of seen) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 24)
    .map(([name, count]) => `${Math.round((100 * count) / Math.max(1, all))}% ${name}`)
    .join('\n      ')
}
