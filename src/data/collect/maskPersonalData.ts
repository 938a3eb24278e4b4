/** What `maskPersonalData` found and replaced. */
export interface MaskCounts {
  email: number;
  identityCard: number;
  phone: number;
}

/** Stands between two groups of digits: a space, a full stop, a hyphen or a dash. */
const sep = String.raw`[ .\u00a0\u2010-\u2013-]?`;
/** A gap in front of the subscriber's number may be wider: `(03) - 1234 5678`. */
const gap = String.raw`[ .)\u00a0\u2010-\u2013-]{0,4}`;

/** The part before the @ starts where no such character stands before it, so that long runs are read once. */
const email =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}])/gu;

const card = /(?<!\d|\d[-.])(\d{6})([- \u2010-\u2013]?)(\d{2})\2(\d{4})(?![\d]|-\d)/gu;

/** The country's prefix with or without the trunk 0, or the trunk 0 alone. */
const trunk = String.raw`(?:\(?(?:\+|00)?60\)?${gap}(?:\(0\)|0)?|\(?0)`;
/** Mobile: 010, 012 to 014, 016 to 019 with 7 digits; 011 and 015 with 8. */
const mobile = String.raw`(?:1[02-46-9]${gap}(?:\d{3}${sep}\d{4}|\d{4}${sep}\d{3}|\d{3}${sep}\d{2}${sep}\d{2})|1[15]${gap}(?:\d{4}${sep}\d{4}|\d{3}${sep}\d{5}))`;
/** Fixed lines: 03 with 8 digits, 04 to 07 and 09 with 7, 082 to 089 with 6; none begins with 0 or 1. */
const fixed = String.raw`(?:3${gap}[2-9]\d{3}${sep}\d{4}|[4-79]${gap}[2-9]\d{2}${sep}\d{4}|8[2-9]${gap}[2-9]\d{2}${sep}\d{3})`;
const phone = new RegExp(String.raw`(?<![\d+]|\d[.-])${trunk}(?:${mobile}|${fixed})(?!\d|[.-]\d)`, "gu");

/**
 * Replaces personal data by `[EMAIL]`, `[IC]` and `[PHONE]`: e-mail addresses, numbers of Malaysian identity cards
 * (MyKad), and Malaysian phone numbers, mobile and fixed, as people write them. Toll-free numbers (1-300, 1-800) belong
 * to firms and stay.
 *
 * An identity-card number is YYMMDD, a place of birth and four digits. With its hyphens or spaces the date must be one;
 * bare 12 digits must hold a date and a place that the registration department uses.
 *
 * @param counts goes up by what was found
 * @returns the text; the same text when nothing was found
 */
export function maskPersonalData(text: string, counts: MaskCounts): string {
  let masked = text;
  if (text.includes("@"))
    masked = masked.replace(email, () => {
      counts.email++;
      return "[EMAIL]";
    });
  if (!/\d{3}/.test(masked)) return masked;
  masked = masked.replace(card, (number: string, date: string, hyphen: string, place: string) => {
    if (!isDate(date) || (hyphen === "" && !isPlace(Number(place)))) return number;
    counts.identityCard++;
    return "[IC]";
  });
  return masked.replace(phone, () => {
    counts.phone++;
    return "[PHONE]";
  });
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** YYMMDD. The century is not told, so 29 February stands in every fourth year (2000 was one). */
function isDate(digits: string): boolean {
  const [year, month, day] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
  if (month === 2 && day === 29) return year % 4 === 0;
  return month >= 1 && month <= 12 && day >= 1 && day <= DAYS[month - 1];
}

/** Places of birth that were never given out: 00, 17 to 20, 69, 70, 73, 80, 81, 94 to 97. */
function isPlace(place: number): boolean {
  const unused = [0, 17, 18, 19, 20, 69, 70, 73, 80, 81, 94, 95, 96, 97];
  return !unused.includes(place);
}
