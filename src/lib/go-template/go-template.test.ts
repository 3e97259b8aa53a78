import { describe, expect, it } from 'vitest';

import { executeGoTemplate, parseGoTemplate } from './index.js';

const data = new Map([
  ['service', 'dummy'],
  ['port', '1'],
  ['empty', ''],
  ['é', 'ü'],
]);

/** What comes out; of refusals the stage and the text. */
function render(template: string): string {
  const parsed = parseGoTemplate(template);
  if (!parsed.ok) return `cannot be read: ${parsed.error}`;
  const executed = executeGoTemplate(parsed.value, data);
  return executed.ok ? executed.value : `cannot be executed: ${executed.error}`;
}

type Rows = readonly (readonly [template: string, result: string])[];

/** Results are those of Go 1.26. */
const tables: Readonly<Record<string, Rows>> = {
  'text and comments': [
    ['', ''],
    ['a}}b', 'a}}b'],
    ['a \n{{- /* c\n */ -}} \t b', 'ab'],
    ['a {{/* c */}} b', 'a  b'],
    ['a{{- .port -}}\n\n{{.port }} b', 'a11 b'],
    ['{{-3}}', '-3'],
  ],
  values: [
    ['{{.service}}.{{$.port}}.{{.é}}', 'dummy.1.ü'],
    ['{{.nope}}{{.nope.a}}{{$.nope}}', '<no value><no value><no value>'],
    ['{{.}}', 'map[empty: port:1 service:dummy é:ü]'],
    ['{{true}} {{false}} {{"a\\tb\\x41\\101\\u00e9\\"\\\\"}} {{`\\n`}}', 'true false a\tbAAé"\\ \\n'],
    ["{{'a'}} {{'\\n'}} {{'\\''}} {{'é'}}", '97 10 39 233'],
    ['{{0}} {{+4}} {{-0}} {{010}} {{0x1F}} {{0b11}} {{0o17}} {{1_000}}', '0 4 0 8 31 3 15 1000'],
    ['{{1.5}} {{.5}} {{5.}} {{1e3}} {{1e-7}} {{1e21}} {{-0.0}}', '1.5 0.5 5 1000 1e-07 1e+21 -0'],
    ['{{(len .service)}} {{(.service)}}', '5 dummy'],
    ['{{"\\a\\b\\f\\n\\r\\t\\v\\377\\ud7ff\\ue000\\U0010FFFF" | printf "%x"}}', '07080c0a0d090bffed9fbfee8080f48fbfbf'],
    ['{{0.0001}} {{1e-5}} {{1e5}} {{999999.5}} {{1234567.5}}', '0.0001 1e-05 100000 999999.5 1.2345675e+06'],
  ],
  variables: [
    ['{{$x := .port}}{{$x}}{{$x = 2}}{{$x}}', '12'],
    ['{{$x := 1}}{{if $x := 2}}{{$x}}{{end}}{{$x}}', '21'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{$y := 3}}{{end}}{{$x}}', '2'],
    ['{{with $x := .port}}{{$x}}{{.}}{{end}}', '11'],
    ['{{$x:=1}}{{$x|print 2}}', '2 1'],
  ],
  pipelines: [
    ['{{.service | printf "%s.%s" .port}}', '1.dummy'],
    ['{{"a" | len | print "n" }}', 'n1'],
    ['{{.nope | print}}', '<nil>'],
    ['{{(print (index . "port") (1)) }}', '11'],
  ],
  'if, with': [
    ['{{if .service}}a{{else}}b{{end}}{{if .empty}}a{{else}}b{{end}}{{if .nope}}a{{end}}', 'ab'],
    ['{{if 0}}a{{else if 0.0}}b{{else if false}}c{{else}}d{{end}}', 'd'],
    ['{{if .}}a{{end}}{{if 1}}b{{end}}{{if 0.1}}c{{end}}', 'abc'],
    ['{{with .service}}{{.}}{{else}}b{{end}}{{with .nope}}a{{else with .port}}{{.}}{{end}}', 'dummy1'],
    [`${'{{if 0}}{{else if 1}}{{end}}'.repeat(201)}${'{{(1)}}'.repeat(201)}`, '1'.repeat(201)],
  ],
  range: [
    ['{{range .}}[{{.}}]{{end}}', '[][1][dummy][ü]'],
    ['{{range $v := .}}{{$v}};{{end}}', ';1;dummy;ü;'],
    ['{{range $k, $v := .}}{{$k}}={{$v}};{{end}}', 'empty=;port=1;service=dummy;é=ü;'],
    ['{{range 3}}{{.}}{{end}}{{range $i := len "ab"}}{{$i}}{{end}}', '01201'],
    ['{{range .nope}}a{{else}}b{{end}}{{range 0}}a{{else}}b{{end}}', 'bb'],
    ['{{range 5}}{{if eq . 1}}{{continue}}{{end}}{{if eq . 3}}{{break}}{{end}}{{.}}{{end}}', '02'],
    ['{{$k := 0}}{{$v := 0}}{{range $k, $v = .}}{{end}}{{$k}}{{$v}}', 'éü'],
    ['{{range "ab"}}{{end}}', "cannot be executed: range can't iterate over ab"],
    ['{{range $i, $e := 2}}{{end}}', "cannot be executed: can't use 2 to iterate over more than one variable"],
    ['{{range 2}}a{{else}}b{{end}}{{range index "\\x02" 0}}{{.}}{{end}}', 'aa01'],
  ],
  templates: [
    ['{{define "a"}}[{{.}}]{{end}}{{template "a" .port}}{{template "a"}}', '[1][<no value>]'],
    ['{{block "b" .port}}[{{.}}]{{end}}{{template "b" 2}}', '[1][2]'],
    ['{{define "a"}}{{end}}{{define "a"}}x{{end}}{{template "a"}}', 'x'],
    ['{{template "c"}}', 'cannot be executed: template "c" not defined'],
    ['{{template "" .}}', 'cannot be executed: exceeded maximum template depth'],
    ['{{$x := 1}}{{range 1}}{{block "a" .}}{{end}}{{break}}{{end}}{{$x}}', '1'],
    ['{{define "a"}}x{{end}}{{define "a"}} {{end}}{{template "a"}}', 'x'],
    ['{{define "a"}}{{$}}{{end}}{{template "a" .port}}', '1'],
    [`{{define "a"}}{{end}}${'{{template "a"}}'.repeat(101)}`, ''],
  ],
  functions: [
    [
      '{{and 1 .empty 2}}|{{and 1 2}}|{{or .nope 0 3 4}}|{{or .empty}}|{{.port | and 2}}|{{and 0 (index 1)}}',
      '|2|3||1|0',
    ],
    ['{{not .empty}} {{not 1}}', 'true false'],
    ['{{len "é"}} {{len .}}', '2 4'],
    [
      '{{index . "service"}}{{index . "nope"}} {{index "ab" 1}} {{index .}}',
      'dummy 98 map[empty: port:1 service:dummy é:ü]',
    ],
    ['{{slice "abcd" 1}} {{slice "abcd" 1 3}} {{slice "abcd"}}', 'bcd bc abcd'],
    ['{{print 1 2 "a" "b" 3 nil}}|{{println 1 "a"}}', '1 2ab3 <nil>|1 a\n'],
    ['{{html "<a>" 1 nil}}', '&lt;a&gt;1&lt;no value&gt;'],
    ['{{js "\'<\\n\\\\=é"}}', "\\'\\u003C\\u000A\\\\\\u003Dé"],
    ['{{urlquery "a b&é~"}}', 'a+b%26%C3%A9~'],
    [
      '{{eq 1 2 1}} {{eq "a" "b"}} {{ne .port "1"}} {{eq 97 (index "a" 0)}} {{eq nil .nope}} {{eq 1 nil}}',
      'true false false true true false',
    ],
    ['{{lt 1 2}} {{le 2 2}} {{gt "b" "a"}} {{ge 1.5 2.5}}', 'true true true false'],
    [
      '{{gt 1 2}} {{gt 1 1}} {{gt 2 1}} {{lt 1 1}} {{lt "a" "a"}} {{lt 1.5 1.5}} {{le 1 2}}',
      'false false true false false false true',
    ],
    ['{{slice "ab" 1 1}}{{html}}{{html "\\"\'&\\x00"}}', '&#34;&#39;&amp;\ufffd'],
    ['{{len print}}', '0'],
  ],
  printf: [
    ['{{printf "%s %v %d %q %t%%" "a" 1 2 "b" true}}', 'a 1 2 "b" true%'],
    ['{{printf "%5d|%-5d|%05d|%+d|% d|%.3d" 1 2 -3 4 5 6}}', '    1|2    |-0003|+4| 5|006'],
    ['{{printf "%x %X %o %O %b %#x %c %U %q" 255 255 8 8 5 255 97 97 97}}', "ff FF 10 0o10 101 0xff a U+0061 'a'"],
    ['{{printf "%5s|%-5s|%.1s|%x|% x|%5q" "é" "é" "éa" "é" "é" "a"}}', '    é|é    |é|c3a9|c3 a9|  "a"'],
    ['{{printf "%f %.2f %6.1f %g %v" 1.5 1.5 1.5 1.5 1.5}}', '1.500000 1.50    1.5 1.5 1.5'],
    ['{{printf "%T %T %T %T %T" 1 "a" 1.5 true .}}', 'int string float64 bool map[string]string'],
    [
      '{{printf "%d %s %d" "a" 1 .}}',
      '%!d(string=a) %!s(int=1) map[%!d(string=empty):%!d(string=) %!d(string=port):%!d(string=1) %!d(string=service):%!d(string=dummy) %!d(string=é):%!d(string=ü)]',
    ],
    ['{{printf "%d %z %" 1 2 3}}', '1 %!z(int=2) %!(NOVERB)%!(EXTRA int=3)'],
    ['{{printf "%d%v" nil}}', '%!d(<nil>)%!v(MISSING)'],
    ['{{printf "%.0d|%3.0d" 0 0}}', '|   '],
    ['{{printf "%[1]d" 1}}', 'cannot be executed: error calling printf: %[ is not supported'],
    ['{{printf "%#q" "a"}}', 'cannot be executed: error calling printf: %#q is not supported'],
    ['{{printf "%e" 1.5}}', 'cannot be executed: error calling printf: %e of a float64 is not supported'],
    ['{{printf "%d|%x|%.2d|%.0d|%+d" 0 0 0 5 0}}', '0|0|00|5|+0'],
    ['{{printf "%c%c%c%c" -1 0xd800 0xdfff 0x110000}}', '\ufffd\ufffd\ufffd\ufffd'],
    ['{{printf "%x" (printf "%c%c%c%c" 0 0xd7ff 0xe000 0x10ffff)}}', '00ed9fbfee8080f48fbfbf'],
    ['{{printf "%d|%f|%v|%g" 1.5 -1.5 0.0 -0.0}}', '%!d(float64=1.5)|-1.500000|0|-0'],
    ['{{printf "%+q" "a"}}', 'cannot be executed: error calling printf: %+q is not supported'],
    ['{{printf "%#x" "a"}}', 'cannot be executed: error calling printf: %#x is not supported'],
    ['{{printf "%f" 1e21}}', 'cannot be executed: error calling printf: %f of a float64 is not supported'],
  ],
};

describe.each(Object.entries(tables))('%s', (_name, rows) => {
  it.each(rows)('%s', (template, result) => {
    expect(render(template)).toBe(result);
  });
});

it.each([
  ['{{', 'unclosed action'],
  ['{{/* a', 'unclosed comment'],
  ['{{/* a */ }}', 'comment ends before closing delimiter'],
  ['{{(.a}}', 'unclosed left paren'],
  ['{{)}}', 'unexpected right paren'],
  ['{{$x :1}}', 'expected :='],
  ['{{"a}}', 'unterminated quoted string'],
  ['{{`a}}', 'unterminated raw quoted string'],
  ["{{'a}}", 'unterminated character constant'],
  ['{{"\\q"}}', 'invalid syntax'],
  ["{{'ab'}}", 'invalid syntax'],
  ['{{"\\400"}}', 'invalid syntax'],
  ['{{"\\ud800"}}', 'invalid syntax'],
  ['{{"\\udfff"}}', 'invalid syntax'],
  ['{{"\\U00110000"}}', 'invalid syntax'],
  ['{{1a}}', 'bad number syntax: 1a'],
  ['{{1i}}', 'bad number syntax: 1i'],
  ['{{08}}', 'illegal number syntax: "08"'],
  ['{{18446744073709551616}}', 'illegal number syntax: "18446744073709551616"'],
  ['{{1e400}}', 'illegal number syntax: "1e400"'],
  ['{{é€}}', 'bad character €'],
  ['{{\u0001}}', 'unrecognized character in action: \u0001'],
  ['{{upper .a}}', 'function "upper" not defined'],
  ['{{$x}}', 'undefined variable "$x"'],
  ['{{if $x := 1}}{{end}}{{$x}}', 'undefined variable "$x"'],
  ['{{$x := 1}}{{define "a"}}{{$x}}{{end}}', 'undefined variable "$x"'],
  ['{{}}', 'missing value for command'],
  ['{{if}}{{end}}', 'missing value for if'],
  ['{{print"a"}}', 'bad character "'],
  ['{{(1)(2)}}', 'unexpected ( in operand'],
  ['{{1 | 2}}', 'non executable command in pipeline stage 2'],
  ['{{"a".b}}', 'unexpected . after term'],
  ['{{$x, $y := 1}}', 'too many declarations in command'],
  ['{{range $x, 1}}{{end}}', 'range can only initialize variables'],
  ['{{if .}}', 'unexpected EOF'],
  ['{{end}}', 'unexpected {{end}}'],
  ['{{if .}}{{else}}{{else}}{{end}}', 'expected end; found {{else}}'],
  ['{{range .}}{{else if .}}{{end}}', 'unexpected {{else if}} in range'],
  ['{{break}}', '{{break}} outside {{range}}'],
  ['{{if .}}{{break}}{{end}}', '{{break}} outside {{range}}'],
  ['{{range .}}{{end}}{{continue}}', '{{continue}} outside {{range}}'],
  ['{{define "a"}}{{else}}', 'unexpected {{else}} in define clause'],
  ['{{print if}}', 'unexpected if in operand'],
  ['{{|}}', 'unexpected | in command'],
  [`{{if 0}}${'{{else if 0}}'.repeat(200)}`, 'too deeply nested'],
  ['{{range .}}{{define "a"}}{{end}}{{end}}', 'unexpected define in command'],
  ['{{define "a"}}1{{end}}{{define "a"}}2{{end}}', 'multiple definition of template "a"'],
  ['{{define a}}{{end}}', 'unexpected a in define clause'],
  [`{{${'('.repeat(201)}1${')'.repeat(201)}}}`, 'max expression depth exceeded'],
  ['{{if .}}'.repeat(201), 'too deeply nested'],
])('refuses to read %s', (template, message) => {
  expect(render(template)).toBe(`cannot be read: template: :1: ${message}`);
});

it('takes data without entries for false', () => {
  const parsed = parseGoTemplate('{{if .}}a{{else}}b{{end}}');
  expect(parsed.ok && executeGoTemplate(parsed.value, new Map())).toEqual({ ok: true, value: 'b' });
});

it('names the line of what it refuses', () => {
  expect(render('\n{{"a"}}\n{{.a')).toBe('cannot be read: template: :3: unclosed action');
});

/** Every template calls the next one twice. */
const doubling =
  Array.from({ length: 20 }, (_, i) => `{{define "${i}"}}${`{{template "${i + 1}"}}`.repeat(2)}{{end}}`).join('') +
  '{{define "20"}}{{end}}';

it('refuses to visit many entries again and again', () => {
  const parsed = parseGoTemplate('{{range 1000}}{{range $}}{{break}}{{end}}{{end}}');
  const many = new Map(Array.from({ length: 200 }, (_, i) => [`k${i}`, '']));
  expect(parsed.ok && executeGoTemplate(parsed.value, many)).toEqual({ ok: false, error: 'takes too many steps' });
});

it('refuses to read long templates', () => {
  expect(render('a'.repeat(10_001))).toBe('cannot be read: template: longer than 10000 characters');
});

it.each([
  ['{{.service.a}}', "can't evaluate field a in type string"],
  ['{{.service 1}}', 'service is not a method but has arguments'],
  ['{{1 | .service}}', 'service is not a method but has arguments'],
  ['{{1 2}}', "can't give argument to non-function"],
  ['{{nil}}', 'nil is not a command'],
  ['{{9223372036854775808}}', '9223372036854775808 overflows int'],
  ['{{and}}', 'wrong number of args for and: want at least 1 got 0'],
  ['{{len}}', 'wrong number of args for len: want at least 1'],
  ['{{not 1 2}}', 'wrong number of args for not: want 1'],
  ['{{printf 1}}', 'wrong type for value; expected string; got int'],
  ['{{len 1}}', 'error calling len: len of type int'],
  ['{{index 1 1}}', "error calling index: can't index item of type int"],
  ['{{index "a" 1}}', 'index out of range: 1'],
  ['{{index "a" -1}}', 'index out of range: -1'],
  ['{{index "a" "b"}}', 'cannot index slice/array with type string'],
  ['{{index . 1}}', 'error calling index: value has type int; should be string'],
  ['{{index nil}}', 'error calling index: index of untyped nil'],
  ['{{slice 1}}', "error calling slice: can't slice item of type int"],
  ['{{slice "abc" 2 1}}', 'error calling slice: invalid slice index: 2 > 1'],
  ['{{slice "abc" 1 2 3}}', 'error calling slice: cannot 3-index slice a string'],
  ['{{call .service}}', 'error calling call: non-function of type string'],
  ['{{eq 1}}', 'error calling eq: missing argument for comparison'],
  ['{{eq 1 "1"}}', 'incompatible types for comparison: int and string'],
  ['{{eq . .}}', 'incompatible types for comparison: map[string]string and map[string]string'],
  ['{{lt true false}}', 'invalid type for comparison'],
  ['{{lt 1 1.5}}', 'incompatible types for comparison: int and float64'],
  ['{{range 1000000000}}{{end}}', 'takes too many steps'],
  ['{{range 1000}}{{range 1000}}{{end}}{{end}}', 'takes too many steps'],
  [`${doubling}{{template "0"}}`, 'takes too many steps'],
  [`{{range 999}}{{1${'|and'.repeat(200)}}}{{end}}`, 'takes too many steps'],
  ['{{$x := printf "%9000d" 1}}{{range 50}}{{$y := html $x}}{{end}}', 'takes too many steps'],
  ['{{range 1000}}0123456789012345678901234567890123456789{{end}}', 'the output is too long'],
  ['{{$x := "0123456789"}}{{range 99}}{{$x = print $x $x}}{{end}}', 'a text is too long'],
  ['{{printf "%9999d%9999d" 1 2}}', 'error calling printf: %9999d is not supported'],
])('refuses to execute %s', (template, message) => {
  expect(render(template)).toBe(`cannot be executed: ${message}`);
});
