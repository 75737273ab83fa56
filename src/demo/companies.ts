/** Whom the provider of the demonstration serves. Their domains are reserved for examples (RFC 2606). */
export interface Company {
  readonly name: string
  /** How their people's addresses end, before `.example`. */
  readonly label: string
  readonly timezone: string
  /** Hours that their noon is away from that of UTC; near enough for when people work. */
  readonly hoursAhead: number
  readonly size: 'small' | 'medium' | 'large'
  readonly services: readonly Service[]
}

export const services = [
  'siem',
  'edr',
  'firewall',
  'email-security',
  'identity',
  'vulnerability-scan',
  'backup',
] as const
export type Service = (typeof services)[number]

const core: Service[] = ['siem', 'edr']
const office: Service[] = [...core, 'email-security', 'identity']
const industry: Service[] = [...core, 'firewall', 'vulnerability-scan']
const whole: Service[] = [...services]

type Row = readonly [name: string, label: string, zone: keyof typeof hoursAhead, size: Company['size'], of: Service[]]

const hoursAhead = {
  'Europe/Berlin': 1,
  'Europe/Zurich': 1,
  'Europe/Vienna': 1,
  'Europe/Amsterdam': 1,
  'Europe/Paris': 1,
  'Europe/London': 0,
  'Europe/Stockholm': 1,
  'America/New_York': -5,
  'America/Chicago': -6,
  'Asia/Singapore': 8,
}

const rows: readonly Row[] = [
  ['Adler Maschinenbau', 'adler-maschinenbau', 'Europe/Berlin', 'large', whole],
  ['Aurelia Privatbank', 'aurelia-bank', 'Europe/Zurich', 'large', whole],
  ['Bergmann Logistik', 'bergmann-logistik', 'Europe/Berlin', 'medium', industry],
  ['Blue Harbor Shipping', 'blueharbor', 'America/New_York', 'medium', industry],
  ['Brightwater Utilities', 'brightwater', 'Europe/London', 'large', whole],
  ['Castro & Lindholm', 'castro-lindholm', 'Europe/Stockholm', 'small', office],
  ['Cedar Grove Dental', 'cedargrove-dental', 'America/Chicago', 'small', office],
  ['Delacroix Pharma', 'delacroix-pharma', 'Europe/Paris', 'large', whole],
  ['Donau Klinikum', 'donau-klinikum', 'Europe/Vienna', 'large', whole],
  ['Eckhart Verlag', 'eckhart-verlag', 'Europe/Berlin', 'small', office],
  ['Elm Street Credit Union', 'elmstreet-cu', 'America/Chicago', 'medium', office],
  ['Fjordkraft Wind', 'fjordkraft-wind', 'Europe/Stockholm', 'medium', industry],
  ['Fontaine Hotels', 'fontaine-hotels', 'Europe/Paris', 'medium', office],
  ['Greenfield Foods', 'greenfield-foods', 'Europe/London', 'medium', industry],
  ['Grünwald Immobilien', 'gruenwald-immo', 'Europe/Berlin', 'small', office],
  ['Hafen Terminal Nord', 'hafen-nord', 'Europe/Berlin', 'medium', industry],
  ['Harrington Law', 'harrington-law', 'Europe/London', 'small', office],
  ['Helvetia Präzision', 'helvetia-praezision', 'Europe/Zurich', 'medium', industry],
  ['Ingram Wealth', 'ingram-wealth', 'America/New_York', 'medium', office],
  ['Isar Stadtwerke', 'isar-stadtwerke', 'Europe/Berlin', 'large', whole],
  ['Jade Pacific Trading', 'jadepacific', 'Asia/Singapore', 'medium', office],
  ['Kestrel Aerospace', 'kestrel-aero', 'Europe/London', 'large', whole],
  ['Kirchner Optik', 'kirchner-optik', 'Europe/Berlin', 'small', core],
  ['Lakeside Community College', 'lakeside-college', 'America/Chicago', 'medium', office],
  ['Lindner Bau', 'lindner-bau', 'Europe/Vienna', 'medium', industry],
  ['Meridian Insurance', 'meridian-insurance', 'Europe/Amsterdam', 'large', whole],
  ['Mosaik Medien', 'mosaik-medien', 'Europe/Berlin', 'small', office],
  ['Northbrook Transit', 'northbrook-transit', 'America/Chicago', 'medium', industry],
  ['Oakline Furniture', 'oakline', 'America/New_York', 'small', core],
  ['Orchard Street Clinics', 'orchard-clinics', 'America/New_York', 'medium', whole],
  ['Perlach Chemie', 'perlach-chemie', 'Europe/Berlin', 'medium', industry],
  ['Quayside Analytics', 'quayside', 'Europe/London', 'small', office],
  ['Rheingold Brauerei', 'rheingold-brauerei', 'Europe/Berlin', 'small', core],
  ['Sato Precision Asia', 'sato-precision', 'Asia/Singapore', 'medium', industry],
  ['Silverlake Media', 'silverlake-media', 'America/New_York', 'small', office],
  ['Tulip Payments', 'tulip-payments', 'Europe/Amsterdam', 'medium', whole],
  ['Ulmer Textil', 'ulmer-textil', 'Europe/Berlin', 'small', core],
  ['Vallon Ciment', 'vallon-ciment', 'Europe/Paris', 'medium', industry],
  ['Westfall Hospital Trust', 'westfall-trust', 'Europe/London', 'large', whole],
  ['Zeller Versicherung', 'zeller-versicherung', 'Europe/Zurich', 'medium', whole],
]

export const companies: readonly Company[] = rows.map(([name, label, timezone, size, of]) => ({
  name,
  label,
  timezone,
  hoursAhead: hoursAhead[timezone],
  size,
  services: of,
}))
