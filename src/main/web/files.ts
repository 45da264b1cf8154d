import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { pathOf } from '../monitor/http/target.ts'
import { PAGE_HEADERS, pageFile } from '../monitor/page.ts'

/** Serves one file of the built renderer. Nothing outside its folder can be named. */
export async function serveFile(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = pathOf(request)
  const file = path === null || path.startsWith('//') ? null : pageFile(folder, path)
  const info = file === null ? null : await stat(file.path).catch(() => null)
  if (file === null || info === null || !info.isFile()) return refuse(response, 404, 'not found')
  response.writeHead(200, {
    ...PAGE_HEADERS,
    'Content-Type': file.type,
    'Content-Length': info.size,
    'Cache-Control': file.cache,
  })
  if (request.method === 'HEAD') {
    response.end()
    return undefined
  }
  // Closes the file too where the reader goes away.
  await pipeline(createReadStream(file.path), response).catch((error: unknown) => {
    if (!response.destroyed) throw error
  })
  return undefined
}

/** Answers with an error and no content. */
export function refuse(response: ServerResponse, status: number, reason: string): void {
  if (status !== 404) response.shouldKeepAlive = false
  response.writeHead(status, { ...PAGE_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${reason}\n`)
}
