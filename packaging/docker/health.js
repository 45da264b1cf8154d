// The container's health check: asks the metrics endpoint that process 1 was started with, else the page of `serve`.
// Ends with 0 where it answers, and where process 1 serves nothing that could be asked.
import { readFileSync } from 'node:fs'

/** Where the process with these arguments can be asked, or null. */
export function healthUrl(args) {
  const valueOf = (flag) => {
    const found = args.find((arg, index) => args[index - 1] === flag || arg.startsWith(`${flag}=`))
    return found?.startsWith(`${flag}=`) === true ? found.slice(flag.length + 1) : found
  }
  // What listens everywhere is asked on loopback.
  const reach = (host) => (host === undefined || ['0.0.0.0', '[::]', '::'].includes(host) ? '127.0.0.1' : host)
  const metrics = /^(?:(.+):)?(\d+)$/.exec(valueOf('--metrics') ?? '')
  if (metrics !== null && Number(metrics[2]) > 0) return `http://${reach(metrics[1])}:${metrics[2]}/metrics`
  const port = Number(valueOf('--port') ?? 0)
  return args.includes('serve') && port > 0 ? `http://${reach(valueOf('--host'))}:${port}/` : null
}

if (import.meta.main) {
  const url = healthUrl(readFileSync('/proc/1/cmdline', 'utf8').split('\0'))
  const ok =
    url === null ||
    (await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(4000) }).then(
      // A refusal is an answer too: the page may be for another host name.
      (response) => response.status < 500,
      () => false,
    ))
  process.exitCode = ok ? 0 : 1
}
