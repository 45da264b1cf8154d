/** No text reaches the page around `visible`: all JSX passes it, and what draws or asks without JSX is known here. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fragment } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { jsxDEV } from '../../../../src/renderer/src/ui/visible-jsx-dev.ts'
import { jsx, jsxs, visibleProps } from '../../../../src/renderer/src/ui/visible-jsx.ts'
import { ALL_HOSTILE, unseenIn } from '../../../support/hostile-text.ts'

describe('JSX', () => {
  it.each([
    ['a child', jsx('b', { children: ALL_HOSTILE })],
    [
      'one of several children',
      jsxs('b', { children: [ALL_HOSTILE, 1, jsx('i', { children: [[ALL_HOSTILE]] }, 'i')] }),
    ],
    ['a fragment', jsx(Fragment, { children: ALL_HOSTILE })],
    [
      'a component of somebody else',
      jsx(({ label }: { label: string }) => jsx('p', { children: label }), { label: ALL_HOSTILE }),
    ],
    ['a title', jsx('b', { title: ALL_HOSTILE, 'aria-label': ALL_HOSTILE })],
    ['a placeholder', jsx('input', { placeholder: ALL_HOSTILE, 'aria-description': ALL_HOSTILE })],
    ['development', jsxDEV('b', { children: ALL_HOSTILE, title: ALL_HOSTILE }, undefined, false)],
  ])('shows what text hides as %s', (_name, element) => {
    const page = renderToStaticMarkup(element)
    expect(page).toContain('&lt;U+202E&gt;')
    expect(unseenIn(page)).toEqual([])
  })

  it('changes nothing else, and makes nothing where there is nothing to change', () => {
    const props = { children: ['plain', { a: 1 }, null], title: 'plain', value: '\u202E', className: '\u202E' }
    expect(visibleProps('input', props)).toBe(props)
    const ofComponent = { children: ALL_HOSTILE }
    expect(visibleProps(() => null, ofComponent)).toBe(ofComponent)
  })
})

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')
const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('/generated/'))

/** What puts text before people without JSX, and where it is used; each of these passes `visible` or has no text of others. */
const WAYS: readonly (readonly [way: RegExp, allowed: readonly string[]])[] = [
  [
    /\b(?:fill|stroke)Text\(/,
    ['graph/labels.ts', 'graph/bubbles.ts', 'inspector/rtt-chart.tsx', 'timeline/paint-bars.ts'],
  ],
  [/\bnew (?:Notification|Maker)\(/, ['alerts/page-notices.ts', 'shared/alert-notices.ts', 'desktop/engine-notice.ts']],
  [/<text x=/, ['graph/svg.ts']],
  [/dangerouslySetInnerHTML|innerHTML|innerText|textContent|document\.write|insertAdjacent/, []],
  [/document\.title/, ['shell/keep-title.tsx']],
  [
    /[^.\w]createElement\(|\b(?:cloneElement|createTextNode)\(|from 'react\/jsx/,
    ['ui/visible-jsx.ts', 'ui/visible-jsx-dev.ts'],
  ],
  [/<[A-Z]\w*\s+\{\.\.\.[^}]*\}\s+key=/, []],
  [/\.setToolTip\(/, ['desktop/presence.ts']],
  [/dialog\.(?:showMessageBox|showErrorBox)/, ['desktop/shell.ts']],
  [/process\.(?:stdout|stderr)\.write/, ['cli/io.ts', 'main/swarm-process.ts', 'monitor/host.ts']],
  // That of the library writes nothing.
  [/\bpino\(/, ['monitor/log.ts', 'api/discovery.ts']],
]

describe('text reaches people', () => {
  it.each(WAYS)('by %s in known places only', (way, allowed) => {
    const found = ['main', 'renderer', 'preload', 'shared']
      .flatMap((part) => sources(`src/${part}`))
      .filter(
        (file) => way.test(readFileSync(join(ROOT, file), 'utf8')) && !allowed.some((known) => file.endsWith(known)),
      )
    expect(found).toEqual([])
  })

  it('on the command line as JSON that is visible', () => {
    const found = sources('src/main/cli').filter((file) =>
      /JSON\.stringify/.test(readFileSync(join(ROOT, file), 'utf8')),
    )
    expect(found).toEqual([])
  })

  it('in the window by JSX that the build leads through `visible-jsx`', () => {
    const config = readFileSync(join(ROOT, 'electron.vite.config.ts'), 'utf8')
    expect(config).toContain('plugins: [visibleText, react()]')
  })
})
