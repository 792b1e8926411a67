/** Which country a phone number belongs to, and how it is told to the server. */

/** ITU dial codes by region, the first region of a shared code being its largest. */
const DIAL_CODES =
  'US1 CA1 DO1 PR1 JM1 BS1 TT1 RU7 KZ7 EG20 ZA27 GR30 NL31 BE32 FR33 ES34 HU36 IT39 RO40 CH41 AT43 GB44 DK45 SE46 NO47 PL48 DE49 ' +
  'PE51 MX52 CU53 AR54 BR55 CL56 CO57 VE58 MY60 AU61 ID62 PH63 NZ64 SG65 TH66 JP81 KR82 VN84 CN86 TR90 IN91 PK92 AF93 LK94 MM95 IR98 ' +
  'SS211 MA212 DZ213 TN216 LY218 GM220 SN221 MR222 ML223 GN224 CI225 BF226 NE227 TG228 BJ229 MU230 LR231 SL232 GH233 NG234 TD235 CF236 ' +
  'CM237 CV238 ST239 GQ240 GA241 CG242 CD243 AO244 GW245 SC248 SD249 RW250 ET251 SO252 DJ253 KE254 TZ255 UG256 BI257 MZ258 ZM260 MG261 ' +
  'RE262 ZW263 NA264 MW265 LS266 BW267 SZ268 KM269 ER291 AW297 FO298 GL299 GI350 PT351 LU352 IE353 IS354 AL355 MT356 CY357 FI358 BG359 ' +
  'LT370 LV371 EE372 MD373 AM374 BY375 AD376 MC377 SM378 UA380 RS381 ME382 XK383 HR385 SI386 BA387 MK389 CZ420 SK421 LI423 FK500 BZ501 ' +
  'GT502 SV503 HN504 NI505 CR506 PA507 HT509 GP590 BO591 GY592 EC593 GF594 PY595 MQ596 SR597 UY598 CW599 TL670 BN673 PG675 TO676 SB677 ' +
  'VU678 FJ679 WS685 NC687 PF689 KP850 HK852 MO853 KH855 LA856 BD880 TW886 MV960 LB961 JO962 SY963 IQ964 KW965 SA966 YE967 OM968 PS970 ' +
  'AE971 IL972 BH973 QA974 BT975 MN976 NP977 TJ992 TM993 AZ994 GE995 KG996 UZ998';

/** @type {Map<string, string>} dial code by region */
export const DIAL_CODE = new Map(DIAL_CODES.split(' ').map((entry) => [entry.slice(0, 2), entry.slice(2)]));

/** What is dialled before a number at home and not from abroad; elsewhere a 0. @type {Record<string, string>} */
const TRUNK_PREFIX = { US: '1', CA: '1', RU: '8', KZ: '8', BY: '80', HU: '06', LT: '8', MX: '', IT: '', SM: '', ES: '', PT: '', PL: '', CZ: '', DK: '', NO: '', GR: '' };

/** Shorter than this no number reaches anybody, dial code included. */
const DIGITS_MIN = 10;
/** E.164. */
const DIGITS_MAX = 15;

/**
 * Where the visitor is, most likely: their clock tells, else the country of the business is meant.
 *
 * @param {string} home the region of the business
 * @param {readonly string[]} languages of the browser
 * @param {string} [timeZone] of the device
 * @returns {string} region
 */
export function guessRegion(home, languages, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone) {
  const spoken = languages.map((tag) => /-([A-Z]{2})\b/.exec(tag)?.[1] ?? '');
  const candidates = [home, ...spoken, ...DIAL_CODE.keys()];
  return candidates.find((region) => DIAL_CODE.has(region) && timeZones(region).includes(timeZone)) ?? home;
}

/**
 * The country of a number that begins with a plus.
 *
 * @param {string} text
 * @param {string} region taken so far; kept where it shares the code
 * @returns {string | null} null for a number without a plus, or of no country
 */
export function regionOf(text, region) {
  const digits = /^\s*(?:\+|00)(.*)$/.exec(text)?.[1].replace(/\D/g, '') ?? '';
  const fits = (/** @type {string} */ code) => digits.startsWith(code);
  if (digits === '') return null;
  if (fits(DIAL_CODE.get(region) ?? '-')) return region;
  return [...DIAL_CODE].find(([, code]) => fits(code))?.[0] ?? null;
}

/**
 * How the number is told: as it was written where it is one of the business's own country, which
 * the server knows how to read; with its dial code otherwise.
 *
 * @param {string} text
 * @param {string} region
 * @param {string} home the region of the business
 * @returns {string}
 */
export function tellPhone(text, region, home) {
  const code = DIAL_CODE.get(region);
  if (region === home || !code || /^\s*(\+|00)/.test(text)) return text;
  const digits = text.replace(/\D/g, '');
  const trunk = TRUNK_PREFIX[region] ?? '0';
  return `+${code} ${trunk && digits.startsWith(trunk) && digits.length > 9 ? digits.slice(trunk.length) : digits}`;
}

/**
 * @param {string} text
 * @param {string} region
 * @returns {'short' | 'long' | null} what is wrong with its length
 */
export function phoneFault(text, region) {
  const digits = text.match(/\p{Nd}/gu)?.length ?? 0;
  const code = DIAL_CODE.get(region) ?? '';
  const isWhole = /^\s*(\+|00)/.test(text);
  const codeDigits = isWhole ? 0 : code.length;
  // In North America everybody knows that a number has ten digits.
  const least = code === '1' && !isWhole ? DIGITS_MIN : DIGITS_MIN - codeDigits;
  if (digits < least) return 'short';
  return digits + codeDigits > DIGITS_MAX + 1 ? 'long' : null;
}

/**
 * @param {string} region
 * @returns {string[]}
 */
function timeZones(region) {
  const locale = /** @type {any} */ (new Intl.Locale('und', { region }));
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
}
