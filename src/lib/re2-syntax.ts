/** A regular expression that RE2 refuses; thrown and caught in this file only. */
class Re2Error extends Error {}

const fail = (code: string, expression: string): never => {
  throw new Re2Error(`error parsing regexp: ${code}: \`${expression}\``);
};

/** RE2's limits: of one repetition, and of repetitions inside each other. */
const maxRepeat = 1000;
/** RE2's limit of groups inside each other. */
const maxNesting = 1000;

/**
 * What is wrong with a regular expression in the syntax of RE2, which Envoy and Kuma use, in Go's words; undefined when
 * nothing is. Takes linear time: nothing is matched.
 */
export function findRe2Error(pattern: string): string | undefined {
  try {
    new Re2Reader(pattern).readAll();
    return undefined;
  } catch (error) {
    if (error instanceof Re2Error) return error.message;
    throw error;
  }
}

const posixClasses = new Set(
  'alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit'
    .split(' ')
    .flatMap((name) => [`[:${name}:]`, `[:^${name}:]`]),
);

const categories = /^(?:Any|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|C[cfos]?)$/;

/** Scripts that were asked for and exist; there are some hundred and fifty. */
const knownScripts = new Set<string>();

/** General categories by their short names, and scripts; the names of scripts are those that JavaScript knows. */
function isUnicodeClass(name: string): boolean {
  if (categories.test(name) || knownScripts.has(name)) return true;
  try {
    new RegExp(`\\p{Script=${name}}`, 'u');
  } catch {
    return false;
  }
  knownScripts.add(name);
  return true;
}

const controlEscapes: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

/** One pass over a pattern, from left to right. */
class Re2Reader {
  private at = 0;
  /** Where the last `:]` stands: beyond it no named class can end, and searching again would cost the square. */
  private readonly lastNamedClassEnd: number;

  constructor(private readonly pattern: string) {
    this.lastNamedClassEnd = pattern.lastIndexOf(':]');
  }

  readAll(): void {
    this.readAlternatives(0);
    if (this.at < this.pattern.length) fail('unexpected )', this.pattern);
  }

  private startsWith(text: string): boolean {
    return this.pattern.startsWith(text, this.at);
  }

  private since(start: number): string {
    return this.pattern.slice(start, this.at);
  }

  /** The next character, whole also beyond the basic plane; empty at the end. */
  private next(): string {
    const code = this.pattern.codePointAt(this.at);
    const character = code === undefined ? '' : String.fromCodePoint(code);
    this.at += character.length;
    return character;
  }

  /** Reads up to the closing parenthesis or the end; returns the largest product of nested repetitions. */
  private readAlternatives(depth: number): number {
    if (depth > maxNesting) fail('expression nests too deeply', this.pattern);
    let most = 1;
    // the nested repetitions of what a repetition operator would repeat; undefined when there is nothing
    let last: number | undefined;
    let lastOperator: number | undefined;
    while (this.at < this.pattern.length && !this.startsWith(')')) {
      const start = this.at;
      const repetition = this.readRepetition();
      if (repetition !== undefined) {
        if (repetition === 'too-large') fail('invalid repeat count', this.since(start));
        if (this.startsWith('?')) this.at++;
        if (lastOperator !== undefined) fail('invalid nested repetition operator', this.since(lastOperator));
        if (last === undefined) return fail('missing argument to repetition operator', this.since(start));
        // what is repeated zero times vanishes, with the repetitions in it
        if (repetition !== 'too-large') last = repetition === 0 ? 1 : last * repetition;
        if (last > maxRepeat) fail('invalid repeat count', this.since(start));
        lastOperator = start;
        continue;
      }
      lastOperator = undefined;
      if (this.startsWith('|')) {
        this.at++;
        most = Math.max(most, last ?? 1);
        last = undefined;
        continue;
      }
      const item = this.readItem(depth);
      if (item === undefined) continue;
      most = Math.max(most, last ?? 1);
      last = item;
    }
    return Math.max(most, last ?? 1);
  }

  /** A repetition operator: how often it repeats at most, or at least where there is no end; undefined when there is none. */
  private readRepetition(): number | 'too-large' | undefined {
    if (this.startsWith('*') || this.startsWith('+') || this.startsWith('?')) {
      this.at++;
      return 1;
    }
    const braces = /\{(0|[1-9][0-9]*)(,(0|[1-9][0-9]*)?)?\}/y;
    braces.lastIndex = this.at;
    const match = braces.exec(this.pattern);
    if (match === null) return undefined;
    this.at = braces.lastIndex;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === undefined ? undefined : Number(match[3]);
    const isValid = least <= maxRepeat && (most === undefined || (most <= maxRepeat && least <= most));
    return isValid ? (most ?? Math.max(1, least)) : 'too-large';
  }

  /** Anything that can be repeated; undefined for flags, which cannot. */
  private readItem(depth: number): number | undefined {
    if (this.startsWith('(')) return this.readGroup(depth);
    if (this.startsWith('[')) this.readClass();
    else if (this.startsWith('\\Q')) return this.readQuoted();
    else if (this.startsWith('\\')) this.readEscapeOutsideClass();
    else this.next();
    return 1;
  }

  private readGroup(depth: number): number | undefined {
    if (!this.startsWith('(?')) this.at++;
    else if (this.startsWith('(?P<') || this.startsWith('(?<')) this.readName();
    else if (this.readFlags() === 'no-group') return undefined;
    const inside = this.readAlternatives(depth + 1);
    if (!this.startsWith(')')) fail('missing closing )', this.pattern);
    this.at++;
    return inside;
  }

  private readName(): void {
    const start = this.at;
    const end = this.pattern.indexOf('>', this.at);
    if (end < 0) fail('invalid named capture', this.pattern.slice(start));
    this.at = end + 1;
    if (!/^\(\?P?<[0-9A-Za-z_]+>$/.test(this.since(start))) fail('invalid named capture', this.since(start));
  }

  private readFlags(): 'group' | 'no-group' {
    const start = this.at;
    const flags = /\(\?(?:[imsU]*|[imsU]*-[imsU]+)([:)])/y;
    flags.lastIndex = start;
    const match = flags.exec(this.pattern);
    if (match === null) return fail('invalid or unsupported Perl syntax', this.pattern.slice(start, start + 3));
    this.at = flags.lastIndex;
    return match[1] === ':' ? 'group' : 'no-group';
  }

  private readQuoted(): number | undefined {
    const start = this.at + 2;
    const end = this.pattern.indexOf('\\E', start);
    this.at = end < 0 ? this.pattern.length : end + 2;
    return end === start || start === this.pattern.length ? undefined : 1;
  }

  private readEscapeOutsideClass(): void {
    const letter = this.pattern.charAt(this.at + 1);
    if (letter !== '' && 'AbBzdDsSwW'.includes(letter)) this.at += 2;
    else if (letter === 'p' || letter === 'P') this.readUnicodeClass();
    else this.readEscape();
  }

  private readUnicodeClass(): void {
    const start = this.at;
    this.at += 2;
    let name = this.next();
    if (name === '{') {
      const end = this.pattern.indexOf('}', this.at);
      if (end < 0) fail('invalid character class range', this.pattern.slice(start));
      name = this.pattern.slice(this.at, end);
      this.at = end + 1;
    }
    if (!isUnicodeClass(name.replace(/^\^/, ''))) fail('invalid character class range', this.since(start));
  }

  /** An escaped character; returns its code. */
  private readEscape(): number {
    const start = this.at;
    this.at++;
    const letter = this.next();
    if (letter === '') return fail('trailing backslash at end of expression', '');
    const code = letter.codePointAt(0) ?? 0;
    if (code < 0x80 && !/[0-9A-Za-z]/.test(letter)) return code;
    const control = controlEscapes.get(letter);
    if (control !== undefined) return control;
    const number = letter === 'x' ? /[0-9a-fA-F]{2}|\{[0-9a-fA-F]+\}/y : /[0-7]{0,2}/y;
    number.lastIndex = this.at;
    const digits = number.exec(this.pattern)?.[0];
    // a single digit other than 0 would be a back-reference
    const isNumber = letter === 'x' ? digits !== undefined : letter === '0' || (/[1-7]/.test(letter) && digits !== '');
    if (!isNumber || digits === undefined) return fail('invalid escape sequence', this.since(start));
    this.at = number.lastIndex;
    const value =
      letter === 'x' ? Number.parseInt(digits.replace(/[{}]/g, ''), 16) : Number.parseInt(`${letter}${digits}`, 8);
    return value > 0x10ffff ? fail('invalid escape sequence', this.since(start)) : value;
  }

  private readClass(): void {
    const start = this.at;
    this.at++;
    if (this.startsWith('^')) this.at++;
    for (let first = true; first || !this.startsWith(']'); first = false) {
      const item = this.at;
      if (this.readSetInClass(start)) continue;
      const low = this.readClassCharacter(start);
      if (!this.startsWith('-') || this.pattern.charAt(this.at + 1) === ']' || this.at + 1 >= this.pattern.length)
        continue;
      this.at++;
      if (this.readClassCharacter(start) < low) fail('invalid character class range', this.since(item));
    }
    this.at++;
  }

  /** `[:alpha:]`, `\d`, `\pL` inside a class. */
  private readSetInClass(start: number): boolean {
    if (this.startsWith('[:')) {
      if (this.at + 2 > this.lastNamedClassEnd) return false;
      const end = this.pattern.indexOf(':]', this.at + 2);
      const name = this.pattern.slice(this.at, end + 2);
      if (!posixClasses.has(name)) fail('invalid character class range', name);
      this.at = end + 2;
      return true;
    }
    if (this.at >= this.pattern.length) fail('missing closing ]', this.pattern.slice(start));
    if (!this.startsWith('\\')) return false;
    const letter = this.pattern.charAt(this.at + 1);
    if (letter === 'p' || letter === 'P') this.readUnicodeClass();
    else if (letter !== '' && 'dDsSwW'.includes(letter)) this.at += 2;
    else return false;
    return true;
  }

  private readClassCharacter(start: number): number {
    if (this.at >= this.pattern.length) return fail('missing closing ]', this.pattern.slice(start));
    return this.startsWith('\\') ? this.readEscape() : (this.next().codePointAt(0) ?? 0);
  }
}
