import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { PeerDetail } from '../../../shared/contract.ts'
import type { EntryVerdict } from '../../../shared/entry-check.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { shownId } from '../../../shared/names.ts'
import { useApp, useForms, useNames, usePicture } from '../stores/app-context.tsx'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { formatBytes, formatExact, roughDuration } from '../ui/format.ts'
import { Chip, CopyLine, FailureText } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import { Section } from './section.tsx'
import { Data } from './tickets.tsx'

/** What the peer signed: its fields, the bytes themselves, and whether they still hold. */
export function SignedEntry({ peerId, detail }: { readonly peerId: PeerId; readonly detail: PeerDetail | null }) {
  const now = usePicture((state) => state.picture === null)
  if (detail === null || !now) return null
  const text = strings.inspector
  const { raw, decoded } = detail
  return (
    <Section
      id="raw"
      title={text.raw}
      end={raw === null ? null : <span className="ps-number">{formatBytes(raw.entry.length / 2)}</span>}
    >
      {raw === null ? <p className="ps-explained">{text.rawNone}</p> : <Verify peerId={peerId} entry={raw.entry} />}
      {decoded === null ? null : <Fields decoded={decoded} />}
      {raw === null ? null : (
        <>
          <Data title={text.entry} text={raw.entry} />
          <Data title={text.signature} text={raw.signature} />
        </>
      )}
    </Section>
  )
}

function Verify({ peerId, entry }: { readonly peerId: PeerId; readonly entry: string }) {
  const { client } = useApp()
  const [verdict, setVerdict] = useState<EntryVerdict | null>(null)
  const [failed, setFailed] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  // A verdict is over the bytes that were there; others come with each announcement, and it stays what it was.
  const text = strings.inspector
  const shown = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (verdict !== null) shown.current?.scrollIntoView({ block: 'nearest' })
  }, [verdict])
  const verify = async (): Promise<void> => {
    setBusy(true)
    setFailed(null)
    try {
      setVerdict(await client.peers.verify({ peerId }))
    } catch (thrown) {
      setVerdict(null)
      setFailed(describeFailure(thrown))
    }
    setBusy(false)
  }
  return (
    <div className="ps-verify" data-entry={entry.length}>
      <Button size="compact-xs" variant="default" loading={busy} onClick={() => void verify()}>
        {text.verify}
      </Button>
      {failed === null ? null : <FailureText failure={failed} />}
      {verdict === null ? null : (
        <div ref={shown}>
          <output>
            <Chip tone={verdict.holds ? 'good' : 'bad'}>{verdict.holds ? text.verified : text.broken}</Chip>{' '}
            <span className="ps-number">
              {text.from[verdict.from]}, <Ago at={verdict.at} />
            </span>
          </output>
          <ul className="ps-checks">
            {verdict.checks.map(({ check, outcome, reason }) => (
              <li key={check} data-outcome={outcome}>
                <span aria-hidden>{MARKS[outcome]}</span>
                <span>
                  {text.checks[check]}: {text.outcomes[outcome]}
                  {reason === '' ? null : <div className="ps-number">{reason}</div>}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

const MARKS = { passed: '✓', failed: '✗', skipped: '–' } as const

function Fields({ decoded }: { readonly decoded: NonNullable<PeerDetail['decoded']> }) {
  const { fields } = strings.inspector
  const forms = useForms()
  const names = useNames((state) => state.names)
  return (
    <dl className="ps-facts ps-fields">
      <dt>{fields.protocol}</dt>
      <dd>{decoded.protocolVersion}</dd>
      <dt>{fields.started}</dt>
      <dd title={String(decoded.version.startedAt)}>{formatExact(decoded.version.startedAt)}</dd>
      <dt>{fields.updated}</dt>
      <dd title={String(decoded.version.updatedAt)}>{formatExact(decoded.version.updatedAt)}</dd>
      {decoded.announcedEvery !== undefined && (
        <>
          <dt>{fields.announced}</dt>
          <dd title={String(decoded.announcedEvery)}>{roughDuration(decoded.announcedEvery)}</dd>
        </>
      )}
      <dt>{fields.network}</dt>
      <dd>
        <CopyLine text={decoded.networkId} what={strings.things.networkId} />
      </dd>
      <dt>{fields.key}</dt>
      <dd>
        <CopyLine text={decoded.publicKey} what={strings.things.key} />
      </dd>
      <dt>{fields.addresses}</dt>
      <dd>{list(decoded.addresses.map(forms.address))}</dd>
      <dt>{fields.tags}</dt>
      <dd>{list(decoded.tags.map((tag) => shownId(tag, names)))}</dd>
      <dt>{fields.streams}</dt>
      <dd>{decoded.streams.length}</dd>
      <dt>{fields.functions}</dt>
      <dd>{decoded.functions.length}</dd>
      <dt>{fields.groups}</dt>
      <dd>{decoded.groups.length}</dd>
      <dt>{fields.tickets}</dt>
      <dd>{decoded.tickets}</dd>
    </dl>
  )
}

function list(texts: readonly string[]): string {
  return texts.length === 0 ? strings.inspector.nothing : texts.join(', ')
}
