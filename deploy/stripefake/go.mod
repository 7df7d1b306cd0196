module muster/deploy/stripefake

go 1.26.0
