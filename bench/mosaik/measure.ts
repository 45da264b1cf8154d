/** What a process costs, as Linux counts it. */
import { readFileSync } from 'node:fs'

/** Clock ticks of /proc in a second: 100 on every Linux that Node runs on. */
const TICK_MS = 10

/** Processor time, milliseconds, and memory, bytes. */
export interface Cost {
  readonly cpuMs: number
  readonly rssBytes: number
  readonly peakRssBytes: number
}

/** What a running process has cost until now. @throws Error when it has ended */
export function costOf(pid: number): Cost {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name comes second and may have spaces; it ends with the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
    rssBytes: bytes('VmRSS'),
    peakRssBytes: bytes('VmHWM'),
  }
}

/** Memory with shared pages counted in parts, bytes. @throws Error when it has ended */
export function pssOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) * 1024
}
