import ts from "typescript";

const { SyntaxKind } = ts;

/** What expressions without types are made of; `import(...)`, JSX and everything with a block are not among them. */
const PLAIN: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.ExpressionStatement,
  SyntaxKind.EmptyStatement,
  SyntaxKind.Identifier,
  SyntaxKind.NumericLiteral,
  SyntaxKind.BigIntLiteral,
  SyntaxKind.StringLiteral,
  SyntaxKind.RegularExpressionLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateExpression,
  SyntaxKind.TemplateHead,
  SyntaxKind.TemplateSpan,
  SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
  SyntaxKind.TrueKeyword,
  SyntaxKind.FalseKeyword,
  SyntaxKind.NullKeyword,
  SyntaxKind.ThisKeyword,
  SyntaxKind.AsyncKeyword,
  SyntaxKind.InKeyword,
  SyntaxKind.InstanceOfKeyword,
  SyntaxKind.ArrayLiteralExpression,
  SyntaxKind.ObjectLiteralExpression,
  SyntaxKind.PropertyAssignment,
  SyntaxKind.ShorthandPropertyAssignment,
  SyntaxKind.SpreadAssignment,
  SyntaxKind.SpreadElement,
  SyntaxKind.ComputedPropertyName,
  SyntaxKind.PropertyAccessExpression,
  SyntaxKind.ElementAccessExpression,
  SyntaxKind.CallExpression,
  SyntaxKind.NewExpression,
  SyntaxKind.ParenthesizedExpression,
  SyntaxKind.TypeOfExpression,
  SyntaxKind.VoidExpression,
  SyntaxKind.DeleteExpression,
  SyntaxKind.AwaitExpression,
  SyntaxKind.PrefixUnaryExpression,
  SyntaxKind.PostfixUnaryExpression,
  SyntaxKind.BinaryExpression,
  SyntaxKind.ConditionalExpression,
  SyntaxKind.ArrowFunction,
  SyntaxKind.Parameter,
  SyntaxKind.ObjectBindingPattern,
  SyntaxKind.ArrayBindingPattern,
  SyntaxKind.BindingElement,
  SyntaxKind.OmittedExpression,
]);

/**
 * Whether a cell is a list of expressions that mean in JavaScript what they mean here, so that nothing is left to
 * translate. It is asked for speed: TypeScript makes a program of its own for each translation.
 */
export function isScript(file: ts.SourceFile): boolean {
  return file.statements.every((statement) => SHOWN.has(statement.kind) && isPlain(statement));
}

const SHOWN: ReadonlySet<ts.SyntaxKind> = new Set([SyntaxKind.ExpressionStatement, SyntaxKind.EmptyStatement]);

function isPlain(node: ts.Node): boolean {
  const isPunctuation = node.kind >= SyntaxKind.FirstPunctuation && node.kind <= SyntaxKind.LastPunctuation;
  if (!isPunctuation && !PLAIN.has(node.kind)) return false;
  if (ts.isParameter(node) && node.questionToken) return false;
  return !ts.forEachChild(node, (child) => !isPlain(child));
}
