import type { Inline } from '../pages.ts'
import type { Settings } from '../settings.ts'

/** Features of the browser that no page of ours uses: all but writing to the clipboard. */
const DENIED_FEATURES = [
  'accelerometer',
  'all-screens-capture',
  'ambient-light-sensor',
  'aria-notify',
  'attribution-reporting',
  'autoplay',
  'bluetooth',
  'browsing-topics',
  'camera',
  'captured-surface-control',
  'clipboard-read',
  'compute-pressure',
  'cross-origin-isolated',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'join-ad-interest-group',
  'keyboard-map',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'otp-credentials',
  'payment',
  'picture-in-picture',
  'private-state-token-issuance',
  'private-state-token-redemption',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'run-ad-auction',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'sync-xhr',
  'unload',
  'usb',
  'window-management',
  'xr-spatial-tracking',
]

const formatPolicy = (inline: Inline) =>
  [
    "default-src 'none'",
    `script-src 'self' ${inline.scripts.map((hash) => `'${hash}'`).join(' ')}`,
    `style-src 'self' ${inline.styles.map((hash) => `'${hash}'`).join(' ')}`,
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types letterlock',
  ].join('; ')

/** Seconds for which a browser insists on https once it has seen it: two years. */
const HSTS_SECONDS = 63_072_000

/** The armour of pages and their files. SPEC §8.3. */
export function listPageArmour(settings: Pick<Settings, 'publicUrl' | 'integrityPolicy'>, inline: Inline): readonly string[] {
  return [
    'Content-Security-Policy',
    formatPolicy(inline),
    ...(settings.integrityPolicy ? ['Integrity-Policy', 'blocked-destinations=(script)'] : []),
    'Cross-Origin-Opener-Policy',
    'same-origin',
    'Cross-Origin-Embedder-Policy',
    'require-corp',
    'Origin-Agent-Cluster',
    '?1',
    'Permissions-Policy',
    ['clipboard-write=(self)', ...DENIED_FEATURES.map((name) => `${name}=()`)].join(', '),
    'Referrer-Policy',
    'no-referrer',
    'X-Frame-Options',
    'DENY',
    'X-Robots-Tag',
    'noindex',
    ...listCommonArmour(settings),
  ]
}

/**
 * The armour of a worker: a policy of its own, under which it may compile the wasm that it
 * brings, and fetch nothing at all. A page that demands COEP demands it of its workers too.
 * SPEC §8.3.
 */
export function listWorkerArmour(settings: Pick<Settings, 'publicUrl'>): readonly string[] {
  return [
    'Content-Security-Policy',
    "default-src 'none'; script-src 'wasm-unsafe-eval'",
    'Cross-Origin-Embedder-Policy',
    'require-corp',
    ...listCommonArmour(settings),
  ]
}

/**
 * The armour of the worker that shows the offline page: it may ask its own origin, for that
 * page and for whatever page it stands before, and run nothing but itself. SPEC §8.3.
 */
export function listOfflineWorkerArmour(settings: Pick<Settings, 'publicUrl'>): readonly string[] {
  return [
    'Content-Security-Policy',
    "default-src 'none'; connect-src 'self'",
    'Cross-Origin-Embedder-Policy',
    'require-corp',
    ...listCommonArmour(settings),
  ]
}

/** The armour of everything else, errors included: data, and never a document. SPEC §8.3. */
export function listDataArmour(settings: Pick<Settings, 'publicUrl'>): readonly string[] {
  return ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox", ...listCommonArmour(settings)]
}

function listCommonArmour({ publicUrl }: Pick<Settings, 'publicUrl'>): readonly string[] {
  return [
    'X-Content-Type-Options',
    'nosniff',
    'Cross-Origin-Resource-Policy',
    'same-origin',
    ...(publicUrl?.startsWith('https:') === true ? ['Strict-Transport-Security', `max-age=${HSTS_SECONDS}`] : []),
  ]
}

/** Who may call the API from another origin's page. SPEC §7.4. */
export function listCors(settings: Pick<Settings, 'corsOrigin'>): readonly string[] {
  return [
    'Access-Control-Allow-Origin',
    settings.corsOrigin,
    'Access-Control-Expose-Headers',
    'content-range, retry-after, www-authenticate',
    ...(settings.corsOrigin === '*' ? [] : ['Vary', 'Origin']),
  ]
}

export const PREFLIGHT: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
  'Access-Control-Allow-Headers': 'authorization, content-type, range',
  'Access-Control-Max-Age': '7200',
}
