package locate

// turn is the outer half of the tie rule: the face, counted from 1, of the first covered sector that one meets turning
// left from due east at a point whose due east is not covered; 0 where the point lies on no border.
//
// The first border met has the uncovered sector on its right, so the sector on its left is covered: no sum is needed.
func turn[T int16 | int32](edges []edge[T], x, y int64) int32 {
	var face int32
	var fx, fy int64 // direction of the first border so far, (0, 0) before
	meet := func(dx, dy int64, left int32) {
		if (dx != 0 || dy != 0) && (fx == 0 && fy == 0 || before(dx, dy, fx, fy)) {
			fx, fy, face = dx, dy, left
		}
	}
	for i := range edges {
		e := &edges[i]
		ax, ay := int64(e.x)-x, int64(e.y)-y
		bx, by := ax+int64(e.dx), ay+int64(e.dy)
		if ax*by == ay*bx && ax*bx <= 0 && ay*by <= 0 {
			meet(bx, by, e.left)
			meet(ax, ay, e.right)
		}
	}
	return face
}

// before reports whether direction (ax, ay) comes before (bx, by) when turning left from just above due east: due east
// itself comes last.
func before(ax, ay, bx, by int64) bool {
	if lowA, lowB := lower(ax, ay), lower(bx, by); lowA != lowB {
		return lowB
	}
	return ax*by-ay*bx > 0
}

// lower reports whether a direction needs a turn of more than a half.
func lower(dx, dy int64) bool { return dy < 0 || dy == 0 && dx > 0 }
