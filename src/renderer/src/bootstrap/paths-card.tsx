import type { BootstrapStatus } from '../../../shared/bootstrap.ts'
import { formatCount } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { strings } from '../ui/strings.ts'
import { pathShares } from './bootstrap-facts.ts'
import { Loading, Nothing } from './nothing.tsx'

/** By which paths the peers of the catalog were first learned. */
export function PathsCard({ status }: { readonly status: BootstrapStatus | null }) {
  const text = strings.bootstrap
  const shares = status === null ? [] : pathShares(status.learned)
  return (
    <Panel title={text.learned} note={text.learnedNote}>
      {status === null ? <Loading /> : null}
      {status !== null && shares.length === 0 ? <Nothing help={text.learnedNone} /> : null}
      <dl className="ps-boot-paths">
        {shares.map(({ path, count, share }) => (
          <div key={path}>
            <dt>
              {text.paths[path]} <span className="ps-number">{text.pathMeaning[path]}</span>
            </dt>
            <dd>
              <span className="ps-boot-bar" style={{ ['--share' as string]: share }} aria-hidden />
              {formatCount(count)}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
