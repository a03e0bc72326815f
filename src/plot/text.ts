/** The text of a plot. */

/** A path of straight lines alone, whose points are absolute. */
const LINES = / d="([ML\d.,-]+)"/g;

const POINT = /([ML])(-?[\d.]+),(-?[\d.]+)/g;

/**
 * The text of an svg. Points of lines are in hundredths of a pixel, and tell the way from the point before: a third of the bytes
 * once compressed.
 */
export function textOf(svg: SVGSVGElement): string {
  return svg.outerHTML.replace(LINES, (_, path: string) => ` d="${withSteps(path)}"`);
}

/** A path whose lines go by steps. Those are of rounded points, so that no rounding adds up. */
function withSteps(path: string): string {
  let [lastX, lastY] = [0, 0];
  return path.replace(POINT, (_, command: string, ...point: string[]) => {
    const [x, y] = point.slice(0, 2).map((number) => Math.round(Number(number) * 100));
    const text = command === "M" ? `M${x / 100},${y / 100}` : `l${(x - lastX) / 100},${(y - lastY) / 100}`;
    [lastX, lastY] = [x, y];
    return text;
  });
}
