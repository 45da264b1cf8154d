/** `peerscope serve` as a child: how it is started, and what it says. */
import { join } from 'node:path'
import { Child } from './child.ts'

/** A line that it writes with `--json`. */
export interface ServeLine {
  readonly event?: string
  readonly url?: string
  readonly message?: string
}

/** What is done with what it says. `line` is null where the text is none of its messages. */
export interface ServeListeners {
  readonly line: (line: ServeLine | null, text: string) => void
  readonly stderr: (text: string) => void
}

/** Starts it from its sources. @param args its own flags */
export function spawnServe(root: string, args: readonly string[], { line, stderr }: ServeListeners): Child {
  const entry = join(root, 'src', 'main', 'cli', 'main.ts')
  let rest = ''
  return new Child(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', entry, 'serve', '--json', ...args],
    process.env,
    {
      stdout: (text) => {
        const lines = `${rest}${text}`.split('\n')
        rest = lines.pop() ?? ''
        for (const one of lines) line(parsed(one), one)
      },
      stderr,
    },
  )
}

function parsed(line: string): ServeLine | null {
  try {
    const message: unknown = JSON.parse(line)
    return typeof message === 'object' ? message : null
  } catch {
    return null
  }
}
