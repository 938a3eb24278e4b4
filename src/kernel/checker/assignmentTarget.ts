import ts from "typescript";

const { factory } = ts;

/** The pattern of a declaration as the left side of an assignment: `{ a: b = 1, ...c }`, `[d, , e]`, `f`. */
export function assignmentTarget(name: ts.BindingName): ts.Expression {
  if (ts.isIdentifier(name)) return name;
  const target = ts.isArrayBindingPattern(name)
    ? factory.createArrayLiteralExpression(name.elements.map(arrayElement))
    : factory.createObjectLiteralExpression(name.elements.map(objectElement));
  return ts.setTextRange(target, name);
}

/** Names that a pattern binds. */
export function boundNames(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}

function arrayElement(element: ts.ArrayBindingElement): ts.Expression {
  if (!ts.isBindingElement(element)) return factory.createOmittedExpression();
  return element.dotDotDotToken
    ? factory.createSpreadElement(assignmentTarget(element.name))
    : withDefault(element.name, element.initializer);
}

function objectElement(element: ts.BindingElement): ts.ObjectLiteralElementLike {
  const { name, propertyName, initializer, dotDotDotToken } = element;
  if (dotDotDotToken) return factory.createSpreadAssignment(assignmentTarget(name));
  if (propertyName) return factory.createPropertyAssignment(propertyName, withDefault(name, initializer));
  return factory.createShorthandPropertyAssignment(name as ts.Identifier, initializer);
}

function withDefault(name: ts.BindingName, initializer: ts.Expression | undefined): ts.Expression {
  const target = assignmentTarget(name);
  return initializer ? factory.createAssignment(target, initializer) : target;
}
