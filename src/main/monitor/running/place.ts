/** Where a running Peerscope takes the request for its diagnostics: a socket, named in a file of the data folder. */
import { posix, win32 } from 'node:path'
import { z } from 'zod'

/** The file in the data folder that names socket, token and process. */
export const PLACE_FILE = 'running.json'
/** A larger one was not written by us, in bytes. */
export const MAX_PLACE_BYTES = 4096
/** The socket's name; it is in the data folder where the system allows that. */
export const SOCKET_FILE = 'diagnostics.sock'
/** How the name of a temporary folder for the socket begins; `mkdtemp` adds six characters. */
export const SOCKET_FOLDER = 'peerscope-run-'
/** On Windows, where each user sees the names of all pipes: the token keeps others out. */
export const PIPE_PREFIX = '\\\\.\\pipe\\peerscope-'
/** Longest path of a socket, in bytes: macOS has room for 103, Linux for 107. */
export const MAX_SOCKET_PATH = 103
/** Longest answer, in bytes. */
export const MAX_ANSWER_BYTES = 8 * 1024 * 1024
/** Longest time until the answer is there, and longest time of a connection, milliseconds: a machine may have much to do. */
export const ANSWER_MS = 30_000

/** What the file says. */
export const placeSchema = z.object({
  socket: z.string().min(1).max(512),
  /** 256 random bits in hex: the whole request, with a line feed. */
  token: z.string().regex(/^[0-9a-f]{64}$/),
  pid: z.int().positive(),
})
/** What the file says. */
export type Place = z.infer<typeof placeSchema>

/**
 * The socket to connect to; null for one that Peerscope does not make. A data folder may come from somebody else, and must not
 * lead us to another program's socket or to a pipe on another machine.
 */
export function socketOf({ socket }: Place, dataDir: string, platform: string): string | null {
  if (platform === 'win32')
    return /^[0-9a-f]{32}$/.test(socket.slice(PIPE_PREFIX.length)) && socket.startsWith(PIPE_PREFIX) ? socket : null
  if (socket === SOCKET_FILE) return posix.join(dataDir, SOCKET_FILE)
  return posix.isAbsolute(socket) && posix.basename(socket) === SOCKET_FILE ? socket : null
}

/** The file that names the socket. */
export function placePath(dataDir: string, platform: string): string {
  return (platform === 'win32' ? win32 : posix).join(dataDir, PLACE_FILE)
}
