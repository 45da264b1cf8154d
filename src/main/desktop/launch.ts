/** What a start of the app asks for: by its own command line, or handed over by a second start. */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { isInvitationLink } from '../../shared/invitation.ts'

/** Files that one start may bring. */
const MAX_FILES = 4

/** What a command line says. */
export interface Launch {
  readonly demo: boolean
  /** Data folder; null for the platform's. */
  readonly data: string | null
  readonly network: string | null
  readonly hidden: boolean
  /** An invitation link as it came, not checked yet. */
  readonly link: string | null
  /** Snapshot files, as absolute paths. */
  readonly files: readonly string[]
}

/** What a second start hands over. It may come from anything of this user that runs. */
export const handOverSchema = z.object({
  argv: z.array(z.string().max(16_384)).max(128),
  cwd: z.string().max(4096),
})

/**
 * Reads a command line. What follows an invitation link is not looked at: the system puts the link last, and what stands
 * behind it may have broken out of it.
 * @param argv without the program itself
 */
export function parseLaunch(argv: readonly string[], cwd: string): Launch {
  const at = argv.findIndex(isInvitationLink)
  const args = at < 0 ? [...argv] : argv.slice(0, at)
  const { values, positionals } = parseArgs({
    args,
    options: {
      demo: { type: 'boolean' },
      hidden: { type: 'boolean' },
      data: { type: 'string' },
      network: { type: 'string' },
    },
    // Chromium's own switches come along.
    strict: false,
    allowPositionals: true,
  })
  // A flag whose value was forgotten takes the next flag for it.
  const text = (value: unknown): string | null =>
    typeof value === 'string' && value !== '' && !value.startsWith('--') ? value : null
  const data = text(values['data'])
  return {
    demo: values['demo'] === true,
    data: data === null ? null : resolve(cwd, data),
    network: text(values['network']),
    hidden: values['hidden'] === true,
    link: argv[at] ?? null,
    files: positionals.flatMap((name) => snapshotPath(name, cwd) ?? []).slice(0, MAX_FILES),
  }
}

/** The path of a snapshot that a path or a file URL names; null for anything else. */
function snapshotPath(name: string, cwd: string): string | null {
  if (!/\.peerscope$/i.test(name) || name.includes('\0')) return null
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(name)) return resolve(cwd, name)
  try {
    return fileURLToPath(name)
  } catch {
    return null
  }
}
