import type { Chance } from './chance.ts'

const firstNames =
  `Ada Adrian Aisha Alina Amara Anders Andrea Anna Anton Arjun Astrid Beatrice Ben Björn Camille Carlos Carmen Charlotte Chloe Clara
  Daniel David Diana Dmitri Elena Elif Eliza Emil Emma Erik Eva Fatima Felix Finn Florian Freya Gabriel Georg Grace Hanna Hannah
  Hassan Helena Henrik Ida Ines Ingrid Isabel Jakob James Jana Jens Joana Johanna Jonas Julia Kai Karim Katharina Kenji Lara Lars Laura
  Lea Lena Leo Lin Lisa Louis Lucia Lukas Luise Maja Malik Maria Marie Marta Martin Mateo Maya Mei Mia Michael Mira Moritz Nadia Nils
  Nina Noah Nora Olga Oliver Omar Oskar Paula Pavel Petra Philipp Priya Rahel Ravi Rebecca Robert Rosa Ruth Samir Samuel Sarah Selma
  Simon Sofia Stefan Susanne Tanja Theo Thomas Tim Tobias Uma Valentin Vera Victor Viola Wei William Yara Yusuf Zoe`.split(
    /\s+/,
  )

const lastNames =
  `Abbott Ahmed Albrecht Almeida Andersen Arnold Bauer Becker Bell Bennett Berg Bianchi Bishop Brandt Brooks Brunner Carter Chen Clarke
  Costa Dahl Danner Diaz Dietrich Dubois Ebert Egger Engel Evans Farrell Fischer Fleming Fontana Foster Frank Fuchs Garcia Gibson Graf
  Grant Gruber Haas Hansen Hartmann Hayes Heller Hoffmann Holm Horvat Huber Hughes Ito Ivanova Jansen Jensen Kaiser Kaya Keller Kim Klein
  Koch Kowalski Kraus Krüger Lang Larsen Leclerc Lehmann Lindberg Lopez Lorenz Maier Marsh Martins Mayer Meyer Moreau Morgan Moser Müller
  Nakamura Navarro Neumann Nguyen Nielsen Novak Olsen Osei Patel Pereira Peters Petrov Price Quinn Rao Reed Reuter Richter Rossi Roth
  Rossiter Sanders Santos Sauer Schmid Schneider Schröder Schulz Seidel Sharma Silva Simmons Singh Sommer Stein Steiner Sullivan Suzuki
  Tanaka Taylor Thompson Torres Turner Vogel Voss Wagner Walsh Weber Werner Winter Wolf Wong Wright Yılmaz Young Ziegler Zimmermann`.split(
    /\s+/,
  )

export interface Name {
  readonly firstName: string
  readonly lastName: string
}

/** Names of which none comes twice. */
export function nameGiver(chance: Chance): () => Name {
  const given = new Set<string>()
  const next = (): Name => {
    const name = { firstName: chance.pick(firstNames), lastName: chance.pick(lastNames) }
    const whole = `${name.firstName} ${name.lastName}`
    if (given.has(whole)) return next()
    given.add(whole)
    return name
  }
  return next
}

/** `Björn Müller` → `bjoern.mueller` */
export const mailboxOf = ({ firstName, lastName }: Name): string =>
  `${firstName}.${lastName}`
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ı', 'i')
    .normalize('NFKD')
    .replaceAll(/[^a-z.]/g, '')
