/** What pages of the session may do: nothing but show our own page, write to the clipboard and save an export. */
import { basename, join } from 'node:path'
import type { App, DownloadItem, Event, Session } from 'electron'
import type { Logger } from '../monitor/open-node.ts'
import type { PageOrigin } from './page-origin.ts'
import { isLocal, isOwnPage } from './page-origin.ts'

/** What our own page may do; a copy button is all it needs. */
const GRANTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

/** Confines all pages. To be called before the first one is loaded. */
export function confineSession(
  session: Session,
  app: Pick<App, 'getPath' | 'isPackaged'>,
  page: PageOrigin,
  logger: Logger,
): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    answer(
      GRANTED.has(permission) &&
        details.isMainFrame &&
        isOwnPage(details.requestingUrl, page) &&
        isOwnPage(contents.getURL(), page),
    )
  })
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => GRANTED.has(permission) && isOwnPage(origin, page),
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler(null)
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const own = isLocal(url, page) || (!app.isPackaged && url.startsWith('devtools://'))
    if (!own) logger.warn({ url: url.slice(0, 200) }, 'refused: a request for something that is not ours')
    answer({ cancel: !own })
  })
  session.on('will-download', (event: Event, item: DownloadItem) => {
    if (!item.getURL().startsWith(`blob:${page.origin}/`)) {
      logger.warn('refused: a download that is not an export')
      return event.preventDefault()
    }
    // The system asks where: nothing is written before.
    const name = basename(item.getFilename().replaceAll(/[\\/:\0]/g, '-'))
    const end = /\.([a-z0-9]{1,12})$/i.exec(name)?.[1]
    return item.setSaveDialogOptions({
      title: 'Save export',
      defaultPath: join(app.getPath('downloads'), name),
      filters: [
        ...(end === undefined ? [] : [{ name: `${end.toUpperCase()} files`, extensions: [end] }]),
        { name: 'All files', extensions: ['*'] },
      ],
    })
  })
}
