package locate

// turn is the outer half of the tie rule: the face, counted from 1, of the first covered sector that one meets turning
// left from due east at a point whose due east is not covered; 0 where the point lies on no border.
//
// The first border met has the uncovered sector on its right, so the sector on its left is covered: no sum is needed.
func turn(chains []vertex, x, y int64) int32 {
	var face int32
	var fx, fy int64 // direction of the first border so far
	meet := func(dx, dy int64, left int32) {
		if (dx != 0 || dy != 0) && (face == 0 || before(dx, dy, fx, fy)) {
			fx, fy, face = dx, dy, left
		}
	}
	var ax, ay int64
	for i := range chains {
		b := &chains[i]
		bx, by := int64(b.x)-x, int64(b.y)-y
		if b.d != 0 && ax*by == ay*bx && ax*bx <= 0 && ay*by <= 0 {
			meet(bx, by, -b.d)
			meet(ax, ay, b.d)
		}
		ax, ay = bx, by
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
